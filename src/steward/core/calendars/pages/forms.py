from django import forms

from steward.core.calendars.notices import rows_of_file, rows_of_text, text_of

MOST_BYTES = 2 * 1024**2


class NoticeForm(forms.Form):
    """A notice: where it comes from, and its dates as text or as a file."""

    number = forms.CharField(
        label="通知文号", max_length=80, help_text="例如：国办发明电〔2026〕9号；尚未发布时写“预估”"
    )
    published = forms.DateField(
        label="发布日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    scope = forms.ChoiceField(
        label="适用方式",
        choices=[
            ("year", "整年安排：替换所涉年份的全部日期"),
            ("days", "局部调整：只改列出的日期"),
        ],
    )
    state = forms.ChoiceField(
        label="性质", choices=[("official", "正式通知"), ("provisional", "预估，待正式通知")]
    )
    dates = forms.CharField(
        label="日期表",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono"}),
        help_text="每行：日期或范围　休／班／工作时段　名称。例如 2027-02-05~2027-02-11 休 春节",
    )
    upload = forms.FileField(
        label="或上传 Excel／CSV",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def rows(self) -> list[list[str]]:
        """The table; an uploaded file goes before what is typed."""
        upload = self.cleaned_data["upload"]
        if upload is None:
            return rows_of_text(self.cleaned_data["dates"])
        return rows_of_file(upload.read(MOST_BYTES), upload.name)

    def shown_again(self) -> "NoticeForm":
        """The same form with the uploaded table as text, to be checked and confirmed."""
        values = self.cleaned_data | {"dates": text_of(self.rows_read), "upload": None}
        return NoticeForm({name: value for name, value in values.items() if value is not None})

    rows_read: list[list[str]]
