SELECT
  *
FROM (
  SELECT
    `s`.`n` AS `n`,
    `s`.`a` AS `a`,
    `s`.`b` AS `b`,
    `s`.`c` AS `c`,
    CASE
      WHEN CAST(`s`.`a` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}((18|19|20)[0-9]{2}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)[0-9]{3}[0-9X]\\z'
      THEN CASE
        WHEN (
          CAST(CAST(SUBSTRING(`s`.`a`, 7, 8) AS CHAR CHARACTER SET utf8mb4) AS BINARY) <> CAST(CAST(CASE
            WHEN CAST(`s`.`b` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^([12][0-9]{3}((0[13578]|1[02])(0[1-9]|[12][0-9]|3[01])|(0[469]|11)(0[1-9]|[12][0-9]|30)|02(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)0229)\\z'
            THEN CONCAT(SUBSTRING(`s`.`b`, 1, 4), SUBSTRING(`s`.`b`, 5, 2), SUBSTRING(`s`.`b`, 7, 2))
            WHEN CAST(`s`.`b` AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin REGEXP '^(([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)-02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?|([12][0-9]{3}/((0[13578]|1[02])/(0[1-9]|[12][0-9]|3[01])|(0[469]|11)/(0[1-9]|[12][0-9]|30)|02/(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)/02/29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?|([12][0-9]{3}\\.((0[13578]|1[02])\\.(0[1-9]|[12][0-9]|3[01])|(0[469]|11)\\.(0[1-9]|[12][0-9]|30)|02\\.(0[1-9]|1[0-9]|2[0-8]))|([12][0-9](0[48]|[2468][048]|[13579][26])|(12|16|20|24|28)00)\\.02\\.29))\\z'
            THEN CONCAT(SUBSTRING(`s`.`b`, 1, 4), SUBSTRING(`s`.`b`, 6, 2), SUBSTRING(`s`.`b`, 9, 2))
            ELSE NULL
          END AS CHAR CHARACTER SET utf8mb4) AS BINARY)
        )
        OR (
          CAST(CAST(`s`.`c` AS CHAR CHARACTER SET utf8mb4) AS BINARY) IN ('男', '1', '男性')
          AND CAST(CAST(SUBSTRING(`s`.`a`, 17, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY) IN ('0', '2', '4', '6', '8')
        )
        OR (
          CAST(CAST(`s`.`c` AS CHAR CHARACTER SET utf8mb4) AS BINARY) IN ('女', '2', '女性')
          AND CAST(CAST(SUBSTRING(`s`.`a`, 17, 1) AS CHAR CHARACTER SET utf8mb4) AS BINARY) IN ('1', '3', '5', '7', '9')
        )
        THEN 1
        ELSE 0
      END
      ELSE 0
    END AS `_mask0`
  FROM `main` AS `s`
) AS `f`
WHERE
  `f`.`_mask0` <> 0;
