SELECT
  COALESCE(SUM("g"."n"), 0) AS "n"
FROM (
  SELECT
    "s"."a" AS "k0",
    COUNT(*) AS "n"
  FROM "main" AS "s"
  WHERE
    NOT "s"."a" IS NULL
    AND NOT CASE
      WHEN "s"."a" < '!'
      OR (
        "s"."a" >= ' ' AND "s"."a" < '¡'
      )
      OR (
        "s"."a" >= '　' AND "s"."a" < '、'
      )
      THEN REGEXP_MATCHES("s"."a", '^[ 	
 　]*\z')
      ELSE FALSE
    END
  GROUP BY
    "s"."a"
  HAVING
    COUNT(*) > 1
) AS "g";

SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    CASE WHEN NOT "_r0g"."k0" IS NULL THEN 1 ELSE 0 END AS "_mask0"
  FROM "main" AS "s"
  LEFT JOIN (
    SELECT
      "s"."a" AS "k0",
      COUNT(*) AS "n"
    FROM "main" AS "s"
    WHERE
      NOT "s"."a" IS NULL
      AND NOT CASE
        WHEN "s"."a" < '!'
        OR (
          "s"."a" >= ' ' AND "s"."a" < '¡'
        )
        OR (
          "s"."a" >= '　' AND "s"."a" < '、'
        )
        THEN REGEXP_MATCHES("s"."a", '^[ 	
 　]*\z')
        ELSE FALSE
      END
    GROUP BY
      "s"."a"
    HAVING
      COUNT(*) > 1
  ) AS "_r0g"
    ON "s"."a" = "_r0g"."k0"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
