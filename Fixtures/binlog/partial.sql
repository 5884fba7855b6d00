-- binlog_row_value_options=PARTIAL_JSON.
CREATE DATABASE fixture;
USE fixture;
CREATE TABLE j (id INT PRIMARY KEY, d JSON, n INT);
INSERT INTO j VALUES (1, CONCAT('{"a": 1, "b": "', REPEAT('x', 200), '"}'), 1);
UPDATE j SET d = JSON_SET(d, '$.a', 2);
UPDATE j SET n = 2;
DELETE FROM j;
