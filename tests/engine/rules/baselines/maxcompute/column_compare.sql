SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    CASE
      WHEN `s`.`a` <= `s`.`b`
      THEN 0
      WHEN `s`.`a` IS NULL OR `s`.`b` IS NULL
      THEN 0
      ELSE 1
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
