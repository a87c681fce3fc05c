SELECT
  SUM(
    CASE
      WHEN `s`.`a` IS NULL OR `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
      THEN 1
      ELSE 0
    END
  ) AS `empty`,
  COUNT(*) AS `n`
FROM `main` AS `s`;
