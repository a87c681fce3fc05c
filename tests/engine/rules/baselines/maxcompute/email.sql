SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN `s`.`a` IS NULL
        THEN FALSE
        WHEN `s`.`a` RLIKE '^[A-Za-z0-9_+\\-]{1,64}(\\.[A-Za-z0-9_+\\-]{1,64}){0,8}@([A-Za-z0-9]([A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?\\.){1,8}[A-Za-z]{2,24}\\z'
        THEN FALSE
        WHEN `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
        THEN FALSE
        ELSE TRUE
      END
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
