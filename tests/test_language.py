"""Language of a text: Vietnamese, English, or None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align import text as texts
from align.documents import parse
from align.documents.language import detect, identify
from align.types import RejectedDocument

VI = (
    "Sáng nay, đoàn công tác đã đến thăm các gia đình ở vùng lũ và trao quà cho trẻ "
    "em. Ông Trần Minh, trưởng đoàn, cho "
    "biết những ngày tới sẽ có thêm gạo và nước sạch được chuyển đến cho người dân của ba xã bị cô lập."
)
EN = (
    "This morning the team went to see families in the flooded area and gave "
    "presents to the children. Tran Minh, who "
    "leads the team, said that more rice and clean water would be sent to the people "
    "of three communes in the coming days."
)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (VI, "vi"),
        (EN, "en"),
        (VI.upper(), "vi"),
        (EN.upper(), "en"),
        (texts.strip_diacritics(VI), "vi"),
        ("Bộ trưởng thăm Lào", "vi"),
        ("Minister to visit Laos in May", "en"),
        ("Giá gạo tăng mạnh", "vi"),
        ("Rice prices are up again", "en"),
        (
            ("The Việt Nam–Lào friendship group of Hà Nội met the head of the Đồng Nai and Đà Nẵng offices in Huế"),
            "en",
        ),
        ("Theo The New York Times, Apple và Google đã ký với Microsoft một thỏa thuận về AI", "vi"),
    ],
)
def test_vietnamese_and_english_are_told(text, lang):
    assert identify(text) == lang


@pytest.mark.parametrize(
    "text",
    [
        (
            "Le ministre a dit que les deux pays vont travailler dans le domaine de la santé "
            "et de la culture pour les enfants."
        ),
        ("El ministro dijo que los dos países van a trabajar en el área de la salud y de la cultura para los niños."),
        (
            "Der Minister sagte, dass die beiden Länder auf dem Gebiet der Gesundheit und "
            "der Kultur zusammenarbeiten werden."
        ),
        (
            "Menteri mengatakan bahwa kedua negara akan bekerja sama di bidang kesehatan dan "
            "budaya untuk anak pada tahun ini."
        ),
        (
            "Beliau berkata bahawa kedua-dua negara akan bekerjasama dalam bidang kesihatan "
            "dan budaya untuk para pelajar."
        ),
        ("O ministro disse que os dois países vão trabalhar na área da saúde e da cultura para as crianças do Brasil."),
        ("Il ministro ha detto che i due paesi lavoreranno nel campo della salute e della cultura per i bambini."),
        "部长表示，两国将在卫生和文化领域开展合作。",
        "장관은 두 나라가 보건과 문화 분야에서 협력할 것이라고 말했다.",
        "รัฐมนตรีกล่าวว่าทั้งสองประเทศจะร่วมมือกัน",
        "Министр сказал, что две страны будут сотрудничать в области здравоохранения.",
        "",
        "12 345 – 67,8 %",
        "\U0001f600 !!! ***",
    ],
)
def test_other_languages_and_no_words_are_none(text):
    assert identify(text) is None


def test_half_and_half_is_too_mixed():
    assert identify(f"{VI} {EN}") is None


@pytest.mark.parametrize(("main", "guest", "lang"), [(VI, EN, "vi"), (EN, VI, "en")])
def test_a_short_quotation_in_the_other_language_does_not_matter(main, guest, lang):
    assert identify(f"{main} {main} {guest[:60]}") == lang


def test_a_long_text_is_judged_by_both_ends_and_the_middle():
    assert identify(f"{EN} " * 400) == "en"
    assert identify(f"{EN} " * 300 + f"{VI} " * 300) is None


@given(st.text())
def test_any_text_has_an_answer_that_does_not_depend_on_case_or_blanks(text):
    assert identify(text) in ("vi", "en", None)
    assert identify(f"  {text}\n") == identify(text)


# The same news in other languages, written for this test.
PROBES = {
    "French": (
        "La ministre a dit mardi que les deux villes vont construire un nouveau pont sur le fleuve avec les habitants."
    ),
    "Spanish": (
        "La ministra dijo el martes que las dos ciudades van a construir un nuevo puente sobre el río para los vecinos."
    ),
    "German": (
        "Die Ministerin sagte am Dienstag, dass die beiden Städte mit "
        "den Bürgern eine neue Brücke über den Fluss bauen."
    ),
    "Portuguese": (
        "A ministra disse na terça-feira que as duas cidades vão construir uma nova ponte sobre o rio com os moradores."
    ),
    "Italian": (
        "La ministra ha detto martedì che le due città costruiranno un "
        "nuovo ponte sul fiume con gli abitanti della valle."
    ),
    "Dutch": (
        "De minister zei dinsdag dat de twee steden met de bewoners een "
        "nieuwe brug over de rivier gaan bouwen voor het dorp."
    ),
    "Polish": (
        "Minister powiedziała we wtorek, że oba miasta zbudują z "
        "mieszkańcami nowy most na rzece i że nie jest to łatwe."
    ),
    "Turkish": (
        "Bakan salı günü iki kentin halk ile birlikte nehir üzerine yeni bir "
        "köprü yapacağını ve bunun için çok çalıştığını söyledi."
    ),
    "Tagalog": (
        "Sinabi ng ministro noong Martes na ang dalawang lungsod ay magtatayo ng bagong tulay sa ilog para sa mga tao."
    ),
    "Indonesian": (
        "Menteri mengatakan pada hari Selasa bahwa kedua kota akan membangun jembatan baru di sungai itu untuk warga."
    ),
    "Malay": (
        "Menteri itu berkata pada hari Selasa bahawa kedua-dua bandar akan "
        "membina jambatan baharu di sungai itu kerana penduduk."
    ),
    "Romanian": (
        "Ministra a spus marți că cele două orașe vor construi un pod "
        "nou peste râu și că nu este ușor pentru locuitori."
    ),
    "Chinese": "部长星期二说，两座城市将与居民一起在河上建造一座新桥。",
    "Japanese": "大臣は火曜日に、二つの町が住民とともに川に新しい橋を架けると述べた。",
    "Korean": "장관은 화요일에 두 도시가 주민들과 함께 강에 새 다리를 놓을 것이라고 말했다.",
    "Thai": "รัฐมนตรีกล่าวเมื่อวันอังคารว่าทั้งสองเมืองจะสร้างสะพานใหม่ข้ามแม่น้ำร่วมกับชาวบ้าน",
    "Lao": "ລັດຖະມົນຕີກ່າວໃນວັນອັງຄານວ່າສອງເມືອງຈະສ້າງຂົວໃໝ່ຂ້າມແມ່ນ້ຳຮ່ວມກັບຊາວບ້ານ",
    "Khmer": "រដ្ឋមន្ត្រីបាននិយាយកាលពីថ្ងៃអង្គារថាទីក្រុងទាំងពីរនឹងសាងសង់ស្ពានថ្មីឆ្លងកាត់ទន្លេ",
    "Burmese": "ဝန်ကြီးက အင်္ဂါနေ့တွင် မြို့နှစ်မြို့သည် မြစ်ပေါ်တွင် တံတားအသစ် ဆောက်မည်ဟု ပြောသည်။",
    "Cyrillic script": ("Министр сказала во вторник, что два города вместе с жителями построят новый мост через реку."),
    "Arabic script": "قالت الوزيرة يوم الثلاثاء إن المدينتين ستبنيان جسرا جديدا على النهر مع السكان",
    "Devanagari script": "मंत्री ने मंगलवार को कहा कि दोनों शहर नदी पर एक नया पुल बनाएंगे",
}


@pytest.mark.parametrize("name", PROBES)
@pytest.mark.parametrize("times", [1, 20])
def test_another_language_is_rejected_by_its_name(name, times):
    verdict = detect(" ".join([PROBES[name]] * times))
    assert verdict.lang is None
    assert verdict.reason == f"language is {name}: neither Vietnamese nor English"


@pytest.mark.parametrize("name", PROBES)
def test_a_quotation_in_another_language_does_not_matter(name):
    assert identify(f"{VI} {VI} {PROBES[name][:60]}") == "vi"
    assert identify(f"{EN} {EN} {PROBES[name][:60]}") == "en"


@pytest.mark.parametrize("text", [f"{VI} {EN}", f"{EN}\n{VI}\n{EN}\n{VI}"])
def test_a_mixture_says_so(text):
    verdict = detect(text)
    assert verdict.lang is None
    assert verdict.reason.startswith("mixed, neither Vietnamese nor English throughout (about ")


def test_vietnamese_without_diacritics_is_told_from_vietnamese_with_them():
    assert detect(texts.strip_diacritics(VI)).bare
    assert not detect(VI).bare
    assert not detect(EN).bare


def test_a_language_given_against_the_text_is_refused_by_its_name():
    found = parse(PROBES["French"], doc_id="a", lang="vi")
    assert isinstance(found, RejectedDocument)
    assert found.reason == "lang is given as 'vi' but the text reads as French: correct lang"
