"""The clean rows of each table as SQL over `range`; faults are laid over them in `build`."""

# `n` is the row; `k` whose identity it has; `z`, `o` the place in the faulty rows and its slice.
PERSON = """
WITH rows AS (
  SELECT range AS n, {slot} AS slot, range - {clean} AS z, range - {slot_start} AS o
  FROM range({rows})
), who AS (
  SELECT *, CASE WHEN slot = {twin} AND o % 2 = 1 THEN n - 1 ELSE n END AS k,
    CASE WHEN slot IN ({twin}, {namesake}) AND o % 2 = 1 THEN n - 1 ELSE n END AS named,
    CASE WHEN n < {households} THEN n ELSE CAST(h(n, 10) % {households} AS BIGINT) END AS house
  FROM rows
), born AS (
  SELECT *, CAST(h(k, 11) % 2 AS INTEGER) AS male,
    CASE WHEN slot = {minor} THEN DATE '{today}' - 5400 + CAST(o % 1400 AS INTEGER)
         WHEN slot = {ancient} THEN DATE '1890-01-01' + CAST(o % 1400 AS INTEGER)
         WHEN slot >= 0 THEN DATE '1955-01-01' + CAST(((named - {clean}) * 7919) % 18262 AS INTEGER)
         ELSE DATE '1940-01-02' + CAST((n * 7919) % 29999 AS INTEGER) END AS birth,
    CASE WHEN slot IN ({minor}, {ancient}) THEN 900 + (o // 1400) * 2
         WHEN slot = {namesake} AND o % 2 = 1 THEN 990
         WHEN slot >= 0 THEN 900 + ((k - {clean}) // 18262) * 2
         ELSE (n // 29999) * 2 END AS block
  FROM who
), identified AS (
  SELECT *, date_sub('year', birth, DATE '{today}') AS years,
    citizen(CASE WHEN h(k, 12) % 10 < 8 THEN '330802'
      ELSE pick(['330803', '330822', '330881', '362321', '341021', '330702'], k, 13) END,
      birth, block + male) AS id
  FROM born
)
SELECT slot, o, house,
  'P' || padded(n, 9) AS person_id, person_name(named) AS full_name, id AS citizen_id,
  CASE male WHEN 1 THEN '1' ELSE '2' END AS gender, day_of(birth) AS birth_date,
  CAST(years AS INTEGER) AS age,
  CASE WHEN h(n, 14) % 50 = 0 THEN pick(['03', '05', '08', '11', '15'], n, 15) ELSE '01' END AS nation,
  CASE WHEN years < 20 THEN '10' WHEN h(n, 16) % 10 < 7 THEN '20' ELSE pick(['10', '30', '40'], n, 17) END AS marital,
  pick(['10', '20', '30', '40', '60', '70', '80'], n, 18) AS education, mobile(CASE slot WHEN {twin} THEN n ELSE named END) AS mobile,
  'H' || padded(house, 9) AS household_id, 'F' || padded(house, 9) AS home_id,
  CASE WHEN n < {true_heads} THEN '01'
    ELSE pick(['10', '20', '30', '40', '50', '60', '70', '99'], n, 19) END AS relation,
  pick(['1', '1', '1', '1', '2', '3'], n, 20) AS residence,
  town_of(house // 24) AS region_code,
  '柯城区' || town_name(town_of(house // 24)) || padded(house // 24, 5) || '幢' || CAST(1 + (house % 24) // 12 AS VARCHAR) || '单元' || room_of(house) || '室' AS address,
  CASE WHEN slot < 0 AND n >= {households} AND h(n, 21) % 100 = 0 THEN '9' ELSE '1' END AS status,
  day_of(greatest(birth, DATE '2015-01-01') + CAST(h(n, 22) % 1000 AS INTEGER)) AS registered_date,
  CASE WHEN slot < 0 AND n >= {households} AND h(n, 21) % 100 = 0
    THEN day_of(DATE '{today}' - CAST(h(n, 23) % 300 AS INTEGER)) END AS cancelled_date,
  {moment} AS updated_at
FROM identified
"""

HOME = """
WITH rows AS (
  SELECT range AS n, {slot} AS slot, range - {slot_start} AS o FROM range({rows})
), placed AS (
  SELECT *, CASE WHEN slot = {twin} AND o % 2 = 1 THEN n - 1 ELSE n END AS k,
    CASE WHEN slot < 0 AND h(n, 30) % 20 = 0 THEN '2' ELSE '1' END AS holder,
    CASE WHEN n < {households} THEN n ELSE CAST(h(n, 31) % {people_clean} AS BIGINT) END AS owner
  FROM rows
)
SELECT slot, o, 'F' || padded(n, 9) AS home_id, 'B' || padded(k // 24, 6) AS building_id,
  CAST(1 + (k % 24) // 12 AS VARCHAR) AS unit, room_of(k) AS room,
  CAST(1 + (n % 12) // 2 AS INTEGER) AS floor, CAST(6 AS INTEGER) AS floors_total,
  CAST(45 + h(n, 32) % 11000 / 100.0 AS DECIMAL(14, 6)) AS area,
  CASE WHEN n < {households} THEN pick(['1', '1', '1', '2'], n, 33) WHEN slot < 0 THEN '3' ELSE '1' END AS usage,
  CAST(CASE WHEN n < {households} THEN 1 + h(n, 34) % 5 ELSE 0 END AS INTEGER) AS residents,
  '浙（2019）柯城区不动产权第' || padded(n, 8) || '号' AS certificate_no, holder AS owner_kind,
  CASE holder WHEN '1' THEN p.full_name ELSE '柯城区演示置业有限公司' END AS owner_name,
  CASE holder WHEN '1' THEN p.citizen_id END AS owner_citizen_id,
  CASE WHEN n < {households} AND pick(['1', '1', '1', '2'], n, 33) = '2'
    THEN day_of(DATE '{today}' + CAST(h(n, 35) % 700 AS INTEGER)) END AS tenancy_until,
  town_of(k // 24) AS region_code,
  '柯城区' || town_name(town_of(k // 24)) || padded(k // 24, 5) || '幢' || room_of(k) || '室' AS address,
  CAST(118.7 + h(k // 24, 36) % 300000 / 1000000.0 AS DECIMAL(14, 6)) AS longitude,
  CAST(28.8 + h(k // 24, 37) % 300000 / 1000000.0 AS DECIMAL(14, 6)) AS latitude,
  day_of(DATE '2016-01-01' + CAST(h(n, 38) % 3000 AS INTEGER)) AS registered_date,
  {moment} AS updated_at
FROM placed JOIN heads p ON p.head = placed.owner
"""

HOUSEHOLD = """
WITH rows AS (
  SELECT range AS n, {slot} AS slot, range - {slot_start} AS o FROM range({rows})
)
SELECT slot, o, 'H' || padded(n, 9) AS household_id, padded(100000000 + n, 9) AS household_no,
  CASE WHEN slot < 0 AND h(n, 40) % 200 = 0 THEN '2' ELSE '1' END AS kind,
  p.full_name AS head_name, p.citizen_id AS head_citizen_id, p.mobile AS phone,
  CAST(s.people AS INTEGER) AS members, 'F' || padded(n, 9) AS home_id,
  CASE WHEN h(n, 41) % 40 = 0 THEN '1' ELSE '0' END AS low_income,
  town_of(n // 24) AS region_code, '1' AS status,
  day_of(DATE '1985-01-01' + CAST(h(n, 42) % 14000 AS INTEGER)) AS registered_date,
  CAST(NULL AS VARCHAR) AS cancelled_date, {moment} AS updated_at
FROM rows
JOIN heads p ON p.head = CASE WHEN slot = {twin} AND o % 2 = 1 THEN n - 1 ELSE n END
JOIN sizes s ON s.household_id = 'H' || padded(n, 9)
"""

VEHICLE = """
WITH rows AS (
  SELECT range AS n, {slot} AS slot, range - {slot_start} AS o FROM range({rows})
), owned AS (
  SELECT *, CASE WHEN slot < 0 AND h(n, 60) % 20 = 0 THEN '2' ELSE '1' END AS holder,
    CASE WHEN slot < 0 AND h(n, 61) % 4 = 0 THEN '2' ELSE '1' END AS power,
    CAST(h(n, 62) % {people_clean} AS BIGINT) AS owner, CAST(h(n, 63) % {places_clean} AS BIGINT) AS shop,
    DATE '2008-01-01' + CAST(h(n, 64) % 6000 AS INTEGER) AS since
  FROM rows
)
SELECT slot, o, 'V' || padded(n, 9) AS vehicle_id,
  CASE power WHEN '2' THEN
    '浙H' || substring('DFABCEGHJK', CAST(1 + (n // 340000) % 10 AS INTEGER), 1)
      || plate_sign((n // 10000) % 34) || padded(n % 10000, 4)
  ELSE '浙H' || plate_sign((n // 1336336) % 24) || plate_sign((n // 39304) % 34)
      || plate_sign((n // 1156) % 34) || plate_sign((n // 34) % 34) || plate_sign(n % 34)
  END AS plate,
  power AS energy, pick(['K3', 'K3', 'K3', 'K2', 'H3'], n, 65) AS kind,
  'LSVZZZA1' || padded(n, 9) AS vin, CAST(2 + h(n, 66) % 6 AS INTEGER) AS seats,
  holder AS owner_kind,
  CASE holder WHEN '1' THEN p.full_name ELSE '柯城区演示商户' || padded(shop, 6) END AS owner_name,
  CASE holder WHEN '1' THEN p.citizen_id END AS owner_citizen_id,
  CASE holder WHEN '2' THEN credit_code(shop) END AS owner_credit_code,
  p.mobile AS owner_mobile, town_of(h(n, 67) % 100000) AS region_code,
  day_of(since) AS registered_date,
  day_of(since + 730 + CAST(h(n, 68) % 2000 AS INTEGER)) AS inspected_until,
  day_of(since + 365 + CAST(h(n, 69) % 3000 AS INTEGER)) AS insured_until,
  {moment} AS updated_at
FROM owned JOIN heads p ON p.head = owned.owner
"""

PLACE = """
WITH rows AS (
  SELECT range AS n, {slot} AS slot, range - {slot_start} AS o FROM range({rows})
), opened AS (
  SELECT *, DATE '2006-01-01' + CAST(h(n, 80) % 6500 AS INTEGER) AS since,
    CASE WHEN slot < 0 AND h(n, 81) % 30 = 0 THEN '9' ELSE '1' END AS doing,
    CAST(h(n, 82) % {people_clean} AS BIGINT) AS boss,
    CAST(h(n, 83) % {buildings} AS BIGINT) AS building
  FROM rows
)
SELECT slot, o, 'C' || padded(n, 8) AS place_id, '柯城区演示商户' || padded(n, 6) AS name,
  pick(['01', '01', '02', '03', '03', '04', '05', '06', '07'], n, 84) AS kind,
  credit_code(n) AS credit_code, 'JY' || padded(n, 12) AS licence_no,
  p.full_name AS legal_name, p.citizen_id AS legal_citizen_id, p.mobile AS contact_phone,
  'B' || padded(building, 6) AS building_id, town_of(building) AS region_code,
  '柯城区' || town_name(town_of(building)) || '沿街' || CAST(n AS VARCHAR) || '号' AS address,
  CAST(12 + h(n, 85) % 60000 / 100.0 AS DECIMAL(14, 6)) AS area,
  CAST(1 + h(n, 86) % 40 AS INTEGER) AS staff, pick(['3', '3', '3', '2', '1'], n, 87) AS risk,
  day_of(since + 30 + CAST(h(n, 88) % 400 AS INTEGER)) AS checked_date, doing AS state,
  day_of(since) AS opened_date,
  CASE doing WHEN '9' THEN day_of(since + 400 + CAST(h(n, 89) % 400 AS INTEGER)) END AS closed_date,
  {moment} AS updated_at
FROM opened JOIN heads p ON p.head = opened.boss
"""

CLEAN = {"person": PERSON, "home": HOME, "household": HOUSEHOLD, "vehicle": VEHICLE, "place": PLACE}
