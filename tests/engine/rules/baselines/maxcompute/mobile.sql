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
        WHEN `s`.`a` RLIKE '^1[3-9][0-9]{9}\\z'
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
