SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE WHEN NOT `s`.`a` IS NULL AND `_r0g`.`k0` IS NULL THEN 1 ELSE 0 END AS `_mask0`
  FROM `main` AS `s`
  LEFT JOIN (
    SELECT DISTINCT
      `r`.`code` AS `k0`
    FROM `ref` AS `r`
    WHERE
      NOT `r`.`code` IS NULL
  ) AS `_r0g`
    ON `s`.`a` = `_r0g`.`k0`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
