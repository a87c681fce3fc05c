SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}((18|19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)[0-9]{3}[0-9X]\\z'
        THEN (
          (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 1, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 7 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 2, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 9 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 3, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 10 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 4, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 5 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 5, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 8 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 6, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 4 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 7, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 2 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 8, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 1 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 9, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 6 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 10, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 3 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 11, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 7 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 12, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 9 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 13, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 10 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 14, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 5 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 15, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 8 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 16, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 4 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 17, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 2 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 18, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789X' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 1
        ) % 11 = 1
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
