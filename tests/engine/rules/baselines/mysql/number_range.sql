SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[+\\-]?[0-9]{1,12}(\\.[0-9]{1,6})?\\z'
        THEN CAST(`s`.`a` AS DECIMAL(18, 6))
        ELSE NULL
      END BETWEEN 0 AND 150
      THEN 0
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
