SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\\z'
        THEN (
          (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 1, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 1 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 2, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 3 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 3, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 9 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 4, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 27 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 5, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 19 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 6, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 26 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 7, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 16 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 8, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 17 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 9, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 20 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 10, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 29 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 11, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 25 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 12, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 13 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 13, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 8 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 14, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 24 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 15, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 10 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 16, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 30 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 17, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 28 + (
            LOCATE(
              CAST(CAST(SUBSTRING(`s`.`a`, 18, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY),
              CAST(CAST('0123456789ABCDEFGHJKLMNPQRTUWXY' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
            ) - 1
          ) * 1
        ) % 31 = 0
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
