SELECT
  COALESCE(SUM(`g`.`n`), 0) AS `n`
FROM (
  SELECT
    CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY) AS `k0`,
    COUNT(*) AS `n`
  FROM `main` AS `s`
  WHERE
    NOT `s`.`a` IS NULL
    AND NOT (
      CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
    )
  GROUP BY
    CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY)
  HAVING
    COUNT(*) > 1
) AS `g`;

SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    CASE WHEN NOT `_r0g`.`k0` IS NULL THEN 1 ELSE 0 END AS `_mask0`
  FROM `main` AS `s`
  LEFT JOIN (
    SELECT
      CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY) AS `k0`,
      COUNT(*) AS `n`
    FROM `main` AS `s`
    WHERE
      NOT `s`.`a` IS NULL
      AND NOT (
        CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^[ \t\n\r 　]*\\z'
      )
    GROUP BY
      CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY)
    HAVING
      COUNT(*) > 1
  ) AS `_r0g`
    ON CAST(CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) AS BINARY) = `_r0g`.`k0`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
