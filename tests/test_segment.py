"""Segmentation: a table of hand-split probes, properties, bounds on length and time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.segment import MAX_CHARS, segment, split
from align.types import Document

# A bar stands where a sentence ends; the blank after it belongs to neither side.
PROBES = [
    # Vietnamese titles and places
    ("vi", "Ông đến TP. HCM hôm qua.| Bà ở lại Hà Nội."),
    ("vi", "Sở Y tế TP.HCM thông báo.| Dịch đã giảm."),
    ("vi", "Chủ tịch TP. Hồ Chí Minh dự lễ.| Lễ diễn ra buổi sáng."),
    ("vi", "PGS.TS. Trần Lan phát biểu.| Mọi người vỗ tay."),
    ("vi", "PGS.TS Trần Lan và GS. Lê Minh cùng dự.| Họ vui."),
    ("vi", "GS. TS. Nguyễn An là tác giả.| Sách dày 300 trang."),
    ("vi", "ThS. Mai, Th.S Hoa và Ths. Cúc đến sớm.| Cuộc họp bắt đầu."),
    ("vi", "BS. Dũng khám bệnh.| BS. Hà kê đơn."),
    ("vi", "Xem Tr. Mười hai ở sách của Nxb. Kim Đồng.| Sách rất hay."),
    ("vi", "Tòa xét xử bị cáo Trần Văn H.| Theo cáo trạng, H. đã bỏ trốn."),
    ("vi", "Có táo, cam, v.v. Nhưng không có lê.".replace("v.v. ", "v.v.| ")),
    ("vi", "Công ty Hoa Sen Co., Ltd. Việt Nam ký hợp đồng.| Giá trị rất lớn."),
    # numbers and dates
    ("vi", "GDP tăng 6,5% so với 2.3% năm trước.| Xuất khẩu đạt 18,5 tỷ USD."),
    ("vi", "Xã có 1.250.000 cây.| Rừng rộng 10.000 km2.| Ông Nam trồng 5 ha."),
    ("vi", "Lễ khai mạc vào ngày 21.11.| Hơn 200 người dự."),
    ("vi", "Lễ khai mạc ngày 21.11.2024 tại Huế.| Trời mưa."),
    ("vi", "Kim ngạch đạt 20 tỷ USD năm 2025.| 12 dự án đã khởi công."),
    ("vi", "Căn cứ khoản 3. Điều 5 của luật này.| Quyết định có hiệu lực."),
    ("vi", "Điều 3. Phạm vi áp dụng của luật.| Luật áp dụng cho mọi người."),
    ("vi", "Điều này quy định tại khoản 3.| Ông Nam đồng ý."),
    ("vi", "1. Mở cửa.| 2. Đóng cửa."),
    ("vi", "a. Hồ sơ gồm đơn.| b. Bản sao giấy tờ."),
    ("vi", "II. Kết quả đạt được trong năm."),
    ("vi", "Mã số 3.1.2. Phụ lục không có.".replace("3.1.2. ", "3.1.2.| ")),
    ("vi", "Điện thoại số 04.3825.1234 hoạt động.| Gọi bất cứ lúc nào."),
    # quotes, brackets, marks
    ("vi", "Ông nói: “Chúng tôi đồng ý.”| Bà gật đầu."),
    ("vi", "“Đi thôi!” ông nói.| Cả nhà lên đường."),
    ("vi", "“Tôi mệt.| Tôi muốn về.| Anh ở lại nhé.”| Nói rồi chị đi."),
    ("vi", 'Bà hỏi: "Ai đó?"| Không ai đáp.'),
    ("vi", "Kết quả tốt (tăng 5%.)| Mọi người vui."),
    ("vi", "Ai biết?!| Không ai cả."),
    ("vi", "Mưa... nắng... rồi lại mưa.| Trời tối…| Đèn bật."),
    ("vi", "Chợ bán gạo, muối, mắm... và cá.| Giá rẻ."),
    ("vi", "Có ba việc; Việc đầu là học; việc sau là làm.| Hết."),
    ("vi", "Hội nghị kết thúc. (Xem trang 3.)".replace("thúc. ", "thúc.| ")),
    ("vi", "Ông đến Việt Nam.|Ông ở lại ba ngày."),
    ("vi", "Hội nghị đã xong!|Mọi người ra về."),
    ("vi", "Truy cập https://vidu.vn/tin.Moi?a=1 để xem.| Trang miễn phí."),
    ("vi", "Gửi thư tới lan.anh@vidu.com.vn trước thứ Hai.| Chúng tôi sẽ trả lời."),
    ("vi", "Báo Vidu.Com đưa tin.| Tin rất dài."),
    ("vi", "Quan hệ Việt Nam - Malaysia.| - Hai bên hợp tác."),
    # English titles, places, firms
    ("en", "Mr. Lam met Mrs. Hoa and Dr. An.| They talked."),
    ("en", "Lt. Gen. Tran spoke to Sen. Smith and Gov. Brown.| Prof. Lee listened."),
    ("en", "The U.S. Navy sailed.| The U.K. Parliament voted."),
    ("en", "He lives in the U.S.| He likes it."),
    ("en", "Trade with the U.K. rose.| Exports to the U.N. agencies fell."),
    ("en", "Acme Co. Ltd. Vietnam signed.| The deal is large."),
    ("en", "She works at Acme Inc.| The firm is old."),
    ("en", "He works for Acme Corp. in Hue.| She left."),
    ("en", "John Smith Jr. won.| Martin Jones Sr. lost."),
    ("en", "They live on St. John Street.| St. Mary is near."),
    ("en", "J. K. Rowling wrote it.| George W. Bush read it."),
    ("en", "X. Y. Zhang spoke.| Nobody heard."),
    ("en", "It was Plan B.| The team agreed."),
    # English numbers and times
    ("en", "Resolution No. 5 passed.| Decree No. 12 failed."),
    ("en", "He said no.| She said yes."),
    ("en", "The visit began on Nov. 21.| It ended on Dec. 1."),
    ("en", "It opens at 9 a.m. on Monday.| It closes at 5 p.m.| The staff then go home."),
    ("en", "Growth was 2.3 percent.| Inflation was 3.5.| Rates fell."),
    ("en", "Use fruit, e.g. apples, i.e. what grows here.| It is Hanoi vs. Hue."),
    ("en", "Sec. 4 and Fig. 2 show it.| See pp. 3 and Vol. 2."),
    ("en", "In 2024 he left Malaysia.| 2025 was better."),
    # English quotes and marks
    ("en", '"We agree." He smiled.'.replace('." ', '."| ')),
    ("en", '"Why?" he asked.| "I do not know," she said.'),
    ("en", "He said 'stop.'| They stopped."),
    ("en", "“We came. We saw.” They left.".replace("came. ", "came.| ").replace(".” ", ".”| ")),
    ("en", "It ended (at last.)| Nobody cheered."),
    ("en", "Well... maybe not.| Wait…| What now?"),
    ("en", "Really?!| Yes!| Good."),
    ("en", "Two rules: be kind; Be brief.| That is all."),
    ("en", "See www.example.com/a.B for more.| Or write to A.Lee@example.org today."),
    ("en", "It runs on Node.Js.| iPhone sales rose."),
    ("en", "The company grew.[3]| It then shrank."),
    ("en", 'They agreed on peace. "| The rest is known.'),
    ("en", "... and so it began.| It went on."),
    ("en", "No stop at all"),
    ("en", "KUALA LUMPUR — The two sides met.| They signed."),
]


@pytest.mark.parametrize(("lang", "marked"), PROBES, ids=[probe[1][:40] for probe in PROBES])
def test_probe(lang, marked):
    expected = [part.strip() for part in marked.split("|")]
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in split(text, lang)] == expected


def test_there_are_enough_probes():
    assert len(PROBES) >= 60
    assert {probe[0] for probe in PROBES} == {"vi", "en"}


def test_paragraphs_always_end_segments_and_offsets_count_the_whole_text():
    document = Document("a", "en", "A title\n\n First one. Second one.\nno stop\n", title="A title")
    assert [(item.text, item.start, item.end) for item in segment(document)] == [
        ("A title", 0, 7),
        ("First one.", 10, 20),
        ("Second one.", 21, 32),
        ("no stop", 33, 40),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "   ", " \n \n"])
def test_nothing_gives_no_segments(text):
    assert split(text, "vi") == []


WORDS = st.sampled_from(
    (
        'Ông TP. HCM Dr. U.S. No. 5 ngày 21.11. said nói. Hà Nội. end! Why? ... … “Đi.” "Go." (x.) 1. a. J. '
        "2,5 Nam.Ông ; - — .” . Co. a.m. Điều khoản 3. The He b) |"
    )
    .replace("|", "\n")
    .split(" "),
)
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map(" ".join), st.text(alphabet='aB. \n"”?…1(', max_size=60), st.text())


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, lang=st.sampled_from(["vi", "en"]))
def test_segments_tile_the_text_and_splitting_one_gives_itself(text, lang):
    spans = split(text, lang)
    covered = set()
    last = 0
    for start, end in spans:
        assert last <= start < end
        last = end
        piece = text[start:end]
        assert piece == piece.strip()
        assert "\n" not in piece
        assert split(piece, lang) == [(0, len(piece))]
        covered.update(range(start, end))
    assert all(char.isspace() for place, char in enumerate(text) if place not in covered)


def test_an_overlong_paragraph_is_cut_at_the_last_semicolon_of_a_bounded_window():
    clause = "một hai ba bốn"
    text = "; ".join([clause] * 400)
    pieces = [text[start:end] for start, end in split(text, "vi")]
    assert all(len(piece) <= MAX_CHARS for piece in pieces)
    assert all(piece.endswith(clause + ";") for piece in pieces[:-1])
    assert " ".join(pieces) == text


@pytest.mark.parametrize(("text", "end"), [("ab, cd " * 600, ","), ("ab cd " * 600, "d"), ("x" * 5000, "x")])
def test_an_overlong_paragraph_is_cut_at_commas_then_blanks_then_anywhere(text, end):
    pieces = [text[begin:stop] for begin, stop in split(text, "en")]
    assert all(len(piece) <= MAX_CHARS for piece in pieces)
    assert len(pieces) <= len(text) // (MAX_CHARS // 2) + 1
    assert pieces[0].endswith(end)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


HOSTILE = [
    ".",
    '"',
    "A. ",
    "a. ",
    '." ',
    "? ",
    ". . ",
    "“",
    "a. -",
    ".[1]",
    "xin.Chao",
    "1. ",
    "((",
    ".”",
    " ",
    "v.v. ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length_only(piece):
    text = piece * (1_000_000 // len(piece))
    begun = time.perf_counter()
    split(text, "vi")
    # Quadratic time would be hours; linear is below three seconds on a slow and busy machine.
    assert time.perf_counter() - begun < 20
