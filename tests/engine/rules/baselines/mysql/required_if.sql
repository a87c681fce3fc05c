SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    CASE
      WHEN (
        CAST(CAST(`s`.`b` AS CHAR CHARACTER SET utf8mb4) AS BINARY) = CAST(CAST('残疾' AS CHAR CHARACTER SET utf8mb4) AS BINARY)
      )
      AND (
        `s`.`a` IS NULL
        OR CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      )
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
