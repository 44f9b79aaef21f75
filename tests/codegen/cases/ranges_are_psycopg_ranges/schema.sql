CREATE TABLE stays (
    id int PRIMARY KEY,
    nights daterange NOT NULL,
    price numrange,
    pauses datemultirange
);
