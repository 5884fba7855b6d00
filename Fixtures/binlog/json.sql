-- JSON documents: every binary type, the inline and the long forms, and what SELECT prints for each.
CREATE DATABASE fixture;
USE fixture;
SET sql_mode = '', names utf8mb4;
CREATE TABLE json (id INT PRIMARY KEY AUTO_INCREMENT, j JSON);
INSERT INTO json (j) VALUES (NULL), ('null'), ('true'), ('false'), ('0'), ('-1'), ('32767'), ('-32768'), ('65535'), ('65536'), ('2147483647'), ('-2147483648'),
  ('4294967295'), ('9223372036854775807'), ('-9223372036854775808'), ('18446744073709551615'),
  ('1.0'), ('-0.0'), ('0.1'), ('1e100'), ('1.5e-300'), ('123456789012345'), ('1234567890123456.5'), ('1e15'), ('1e16'), ('0.00001'), ('1e-14'), ('1e-15'), ('1e-16'), ('5e-324'), ('1.7976931348623157e308'),
  ('""'), ('"a"'), ('"🐬 é"'), ('"\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000 \\u001f \\u007f"'),
  ('[]'), ('{}'), ('[[]]'), ('[{}, []]'), ('{"": ""}'), ('{"b": 1, "a": 2, "aa": null}'), ('[1, "2", 3.5, null, true, false, {"k": [1]}]'),
  ('{"a": {"b": {"c": {"d": [[[[1]]]]}}}}'), ('[100000, -100000, 4294967295, 3000000000]');
INSERT INTO json (j) SELECT JSON_QUOTE(REPEAT('x', n)) FROM (SELECT 127 n UNION SELECT 128 UNION SELECT 300) t;
INSERT INTO json (j) VALUES (JSON_ARRAY(CAST('1.10' AS DECIMAL(5,2)), CAST(-12345678901234567890.5 AS DECIMAL(65,30)))),
  (JSON_ARRAY(CAST('2024-02-29' AS DATE), CAST('-12:34:56.789' AS TIME(3)), CAST('2024-02-29 01:02:03.000004' AS DATETIME(6)), CAST('838:59:59' AS TIME))),
  (JSON_OBJECT('bin', x'00FF10', 'bit', b'101', 'blob', CAST('hello' AS BINARY(5)))),
  (JSON_ARRAY(TIMESTAMP'2024-02-29 01:02:03')),
  (CAST(CAST('2024-02-29' AS DATE) AS JSON)), (CAST(CAST(1.5 AS DECIMAL(3,1)) AS JSON)), (CAST(x'DEADBEEF' AS JSON)),
  (JSON_OBJECT('long', CAST(REPEAT('q', 130) AS BINARY))),
  (CAST(ST_GeomFromText('POINT(1 2)') AS JSON));
-- A document of more than 64 KiB takes the large form: offsets of four bytes, integers of 32 bits inline.
INSERT INTO json (j) VALUES (JSON_ARRAY(JSON_OBJECT('big', REPEAT('z', 65600), 'n', 100000, 'o', JSON_ARRAY(1, 2)), 100000, -100000, 3000000000, 7, NULL, JSON_OBJECT('k', 2)));
UPDATE json SET j = '{"after": 1}' WHERE id = 42;
DELETE FROM json WHERE id BETWEEN 30 AND 45;
