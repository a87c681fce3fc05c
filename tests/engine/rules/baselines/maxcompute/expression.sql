SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    `s`.`c` AS `c`,
    CASE
      WHEN NOT (
        (
          CAST(`s`.`a` AS BIGINT) * CAST(`s`.`b` AS BIGINT)
        ) = `s`.`c`
        OR (
          `s`.`b` % 2
        ) = 1
      )
      THEN 1
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
