SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN `s`.`a` RLIKE '^[A-Za-z0-9_+\\-]{1,64}(\\.[A-Za-z0-9_+\\-]{1,64}){0,8}@([A-Za-z0-9]([A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?\\.){1,8}[A-Za-z]{2,24}\\z'
      THEN 0
      WHEN `s`.`a` IS NULL
      THEN 0
      WHEN `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
