SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[0-9A-Z]{8}-?[0-9X]\\z'
        THEN (
          (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 1, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 3 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 2, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 7 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 3, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 9 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 4, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 10 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 5, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 5 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 6, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 8 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 7, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 4 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 8, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 2 + (
            LOCATE(
              CAST(CAST(RIGHT(`s`.`a`, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          )
        ) % 11 = 0
        ELSE FALSE
      END
      THEN 0
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
