SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    CASE
      WHEN CASE
        WHEN `s`.`a` <= `s`.`b`
        THEN FALSE
        WHEN `s`.`a` IS NULL OR `s`.`b` IS NULL
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
