SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN `s`.`a` IS NULL
      THEN 1
      ELSE CASE
        WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
        OR CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY) IN ('无', '-')
        THEN 1
        ELSE 0
      END
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
