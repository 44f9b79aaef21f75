-- Types as an extension makes them: PostgreSQL alone reads and writes their text.
CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE vector (input = vector_in, output = vector_out, like = text);
CREATE TYPE shape;
CREATE FUNCTION shape_in(cstring) RETURNS shape LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION shape_out(shape) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE shape (input = shape_in, output = shape_out, like = text);
CREATE DOMAIN percentage AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE reading AS (at vector, part percentage);
CREATE TABLE items (
    id int PRIMARY KEY,
    embedding vector NOT NULL,
    others vector[],
    grid vector[][],
    part percentage,
    shape shape,
    reading reading
);
