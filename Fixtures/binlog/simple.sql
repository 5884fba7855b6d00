-- The same few changes for logs that differ in how they are written: without checksum, compressed, with GTIDs.
CREATE DATABASE fixture;
USE fixture;
CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(20));
INSERT INTO a VALUES (1, 'one'), (2, NULL);
BEGIN;
UPDATE a SET v = 'eins' WHERE id = 1;
DELETE FROM a WHERE id = 2;
COMMIT;
