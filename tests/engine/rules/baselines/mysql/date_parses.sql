SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN CAST(CAST(CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^([12][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)\\z'
        THEN CONCAT(SUBSTRING(`s`.`a`, 1, 4), SUBSTRING(`s`.`a`, 5, 2), SUBSTRING(`s`.`a`, 7, 2))
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)-02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?\\z'
        THEN CONCAT(SUBSTRING(`s`.`a`, 1, 4), SUBSTRING(`s`.`a`, 6, 2), SUBSTRING(`s`.`a`, 9, 2))
        ELSE NULL
      END AS CHAR CHARACTER SET utf8mb4) AS BINARY) <= CAST(CAST('20261120' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
      THEN 0
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
