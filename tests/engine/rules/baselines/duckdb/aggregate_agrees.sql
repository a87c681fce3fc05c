SELECT
  COALESCE(SUM("g"."n"), 0) AS "n"
FROM (
  SELECT
    "a"."k0",
    "a"."n"
  FROM (
    SELECT
      "s"."a" AS "k0",
      COALESCE(SUM("s"."b"), 0) AS "m",
      COUNT(*) AS "n"
    FROM "main" AS "s"
    WHERE
      NOT "s"."a" IS NULL
    GROUP BY
      "s"."a"
  ) AS "a"
  LEFT JOIN (
    SELECT
      "r"."a" AS "k0",
      SUM("r"."total") AS "m"
    FROM "ref" AS "r"
    WHERE
      NOT "r"."a" IS NULL
    GROUP BY
      "r"."a"
  ) AS "b"
    ON "a"."k0" = "b"."k0"
  WHERE
    "b"."m" IS NULL OR "a"."m" IS NULL OR ABS("a"."m" - "b"."m") > 0.01
) AS "g";

SELECT
  *
FROM (
  SELECT
    "s"."n" AS "n",
    "s"."a" AS "a",
    "s"."b" AS "b",
    CASE WHEN NOT "_r0g"."k0" IS NULL THEN 1 ELSE 0 END AS "_mask0"
  FROM "main" AS "s"
  LEFT JOIN (
    SELECT
      "a"."k0",
      "a"."n"
    FROM (
      SELECT
        "s"."a" AS "k0",
        COALESCE(SUM("s"."b"), 0) AS "m",
        COUNT(*) AS "n"
      FROM "main" AS "s"
      WHERE
        NOT "s"."a" IS NULL
      GROUP BY
        "s"."a"
    ) AS "a"
    LEFT JOIN (
      SELECT
        "r"."a" AS "k0",
        SUM("r"."total") AS "m"
      FROM "ref" AS "r"
      WHERE
        NOT "r"."a" IS NULL
      GROUP BY
        "r"."a"
    ) AS "b"
      ON "a"."k0" = "b"."k0"
    WHERE
      "b"."m" IS NULL OR "a"."m" IS NULL OR ABS("a"."m" - "b"."m") > 0.01
  ) AS "_r0g"
    ON "s"."a" = "_r0g"."k0"
) AS "f"
WHERE
  "f"."_mask0" <> 0;
