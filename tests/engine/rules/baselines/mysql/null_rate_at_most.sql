SELECT
  SUM(
    CASE
      WHEN `s`.`a` IS NULL
      OR CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      THEN 1
      ELSE 0
    END
  ) AS `empty`,
  COUNT(*) AS `n`
FROM `main` AS `s`;
