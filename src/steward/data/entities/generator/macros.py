"""SQL macros that every table of a generated population is made with."""

MACROS = """
CREATE MACRO h(n, salt) AS hash(n, salt, {seed});
CREATE MACRO pick(list, n, salt) AS list[1 + CAST(h(n, salt) % len(list) AS INTEGER)];
CREATE MACRO digit(t, i) AS ascii(substring(t, i, 1)) - 48;
-- GB 11643: the check character of 17 digits.
CREATE MACRO check_of(t) AS substring('10X98765432', CAST(1 + (
  digit(t, 1) * 7 + digit(t, 2) * 9 + digit(t, 3) * 10 + digit(t, 4) * 5 + digit(t, 5) * 8
  + digit(t, 6) * 4 + digit(t, 7) * 2 + digit(t, 8) + digit(t, 9) * 6 + digit(t, 10) * 3
  + digit(t, 11) * 7 + digit(t, 12) * 9 + digit(t, 13) * 10 + digit(t, 14) * 5 + digit(t, 15) * 8
  + digit(t, 16) * 4 + digit(t, 17) * 2) % 11 AS INTEGER), 1);
CREATE MACRO padded(n, width) AS lpad(CAST(n AS VARCHAR), width, '0');
CREATE MACRO day_of(d) AS strftime(d, '%Y-%m-%d');
CREATE MACRO citizen(place, born, number) AS
  place || strftime(born, '%Y%m%d') || padded(number, 3)
  || check_of(place || strftime(born, '%Y%m%d') || padded(number, 3));
-- Well-formed and of nobody in the population: no other number starts with this place.
CREATE MACRO stranger(o) AS citizen('110101', DATE '1970-01-01' + CAST(o % 9000 AS INTEGER), 1 + o // 9000);
-- GB 32100: an individual business of this county with a check character.
CREATE MACRO credit_place(t, i) AS
  strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substring(t, i, 1)) - 1;
CREATE MACRO credit_sum(t) AS
  credit_place(t, 1) + credit_place(t, 2) * 3 + credit_place(t, 3) * 9 + credit_place(t, 4) * 27
  + credit_place(t, 5) * 19 + credit_place(t, 6) * 26 + credit_place(t, 7) * 16
  + credit_place(t, 8) * 17 + credit_place(t, 9) * 20 + credit_place(t, 10) * 29
  + credit_place(t, 11) * 25 + credit_place(t, 12) * 13 + credit_place(t, 13) * 8
  + credit_place(t, 14) * 24 + credit_place(t, 15) * 10 + credit_place(t, 16) * 30
  + credit_place(t, 17) * 28;
CREATE MACRO credit_check(t) AS
  substring('0123456789ABCDEFGHJKLMNPQRTUWXY', CAST(1 + (31 - credit_sum(t) % 31) % 31 AS INTEGER), 1);
-- GB 11714: the organisation's part, MA and six digits with its own check character.
CREATE MACRO organisation(n) AS 'M' || padded(n, 7) || substring('0X987654321', CAST(1 + (
  66 + digit(padded(n, 7), 1) * 7 + digit(padded(n, 7), 2) * 9 + digit(padded(n, 7), 3) * 10
  + digit(padded(n, 7), 4) * 5 + digit(padded(n, 7), 5) * 8 + digit(padded(n, 7), 6) * 4
  + digit(padded(n, 7), 7) * 2) % 11 AS INTEGER), 1);
CREATE MACRO credit_code(n) AS
  '92330802' || organisation(n) || credit_check('92330802' || organisation(n));
CREATE MACRO mobile(n) AS
  pick(['134', '137', '139', '150', '158', '182', '187', '199'], n, 50)
  || padded((n * 7368787 + {seed}) % 100000000, 8);
CREATE MACRO given(n) AS
  pick(['安', '柏', '辰', '丹', '恩', '帆', '歌', '禾', '嘉', '可', '岚', '沐', '宁', '沛', '清', '然', '书', '桐', '文', '欣', '言', '知', '舟', '子'], n, 2)
  || CASE WHEN h(n, 3) % 4 = 0 THEN '' ELSE pick(['安', '川', '东', '芳', '光', '涵', '佳', '君', '乐', '明', '楠', '平', '琪', '然', '山', '婷', '薇', '祥', '雅', '阳', '宜', '雨', '远', '云', '泽', '哲'], n, 4) END;
CREATE MACRO person_name(n) AS
  pick(['王', '李', '张', '刘', '陈', '杨', '徐', '郑', '余', '周', '吴', '方', '毛', '祝', '叶', '姜', '邵', '汪', '胡', '黄', '何', '童', '严', '夏'], n, 1)
  || given(n);
-- The letters and digits of plates: no I, no O.
CREATE MACRO plate_sign(n) AS substring('ABCDEFGHJKLMNPQRSTUVWXYZ0123456789', CAST(1 + n AS INTEGER), 1);
"""
