SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE
      WHEN CASE
        WHEN `s`.`a` IS NULL
        THEN TRUE
        ELSE `s`.`a` RLIKE '^[ \t\n\r\014\013 　]*\\z' OR `s`.`a` IN ('无', '-')
      END
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
