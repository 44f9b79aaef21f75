-- Types as an extension makes them: PostgreSQL alone reads and writes their text.
CREATE TYPE tensor;
CREATE FUNCTION tensor_in(cstring) RETURNS tensor LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION tensor_out(tensor) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE tensor (input = tensor_in, output = tensor_out, like = text);
CREATE TYPE shape;
CREATE FUNCTION shape_in(cstring) RETURNS shape LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION shape_out(shape) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE shape (input = shape_in, output = shape_out, like = text);
CREATE DOMAIN percentage AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE reading AS (at tensor, part percentage);
CREATE TABLE items (
    id int PRIMARY KEY,
    embedding tensor NOT NULL,
    others tensor[],
    grid tensor[][],
    part percentage,
    shape shape,
    reading reading
);
