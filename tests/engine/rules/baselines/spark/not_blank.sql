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
        WHEN `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z' OR `s`.`a` IN ('无', '-')
        THEN 1
        ELSE 0
      END
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
