SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    CASE
      WHEN (
        `s`.`b` = '残疾'
      )
      AND (
        `s`.`a` IS NULL OR `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z'
      )
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
