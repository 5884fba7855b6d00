-- Statement format: the log holds no rows, only texts that cannot be decoded into row changes.
CREATE DATABASE fixture;
USE fixture;
CREATE TABLE a (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20));
SET @u = 'user variable';
INSERT INTO a (v) VALUES ('statement'), (@u);
INSERT INTO a (v) VALUES (RAND());
UPDATE a SET v = 'x';
