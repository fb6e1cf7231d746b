"""One name in the spellings of several languages and scripts, and names that are not one."""

import pytest

from pipeline.text.names import sound_alike
from pipeline.verify.likeness import is_named, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Петров", "Petrov"), ("Владимир", "Vladimir"), ("Горбачёв", "Gorbachev"), ("Зеленський", "Zelensky"),
        ("Чайковский", "Tchaikovsky"), ("Шрёдер", "Schröder"), ("Παπανδρέου", "Papandreou"), ("Müller", "Mueller"),
        ("Müller", "Muller"), ("Lefèbvre", "Lefebvre"), ("Łukasz", "Lukasz"), ("Jørgensen", "Joergensen"),
        ("Straße", "Strasse"), ("محمد", "Mohammed"), ("محمد", "Muhammad"), ("الكتاني", "Kettani"), ("الكتاني", "al-Kettani"),
        ("شريف", "Chérif"), ("شريف", "Sharif"), ("فاطمة", "Fatima"), ("جمال", "Gamal"), ("נתניהו", "Netanyahu"),
        ("トヨタ", "Toyota"), ("Петрова", "Petrov"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(one, other):
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Петров", "Pavlov"), ("Иванов", "Petrov"), ("محمد", "Mustafa"), ("الكتاني", "Kadri"), ("Müller", "Möller"), ("Manuel", "Manol"), ("田中", "Tanaka"), ("נתניהו", "Nasser")],
)  # fmt: skip
def test_names_that_are_not_one(one, other):
    assert not same_name(one, other)
    assert not same_name(other, one)


def test_consonants_tell_only_of_words_in_two_scripts():
    assert not sound_alike("Kettani", "Kattan")
    assert not sound_alike("حسن", "حسين")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Vladimir Petrov", "Об этом сказал Владимир Петров."), ("Владимир Петров", "Vladimir Petrov said so."),
        ("Mohammed al-Kettani", "قال محمد الكتاني إن الرسوم سترتفع"), ("محمد الكتاني", "وأضاف والكتاني أن ذلك لا يكفي"),
        ("محمد الكتاني", "Kettani hat es gesagt."), ("Xi Jinping", "国家主席习近平说"), ("田中太郎", "田中氏は述べた"),
        ("Jean Lefebvre", "selon M. Lefèbvre"), ("Ana Müller", "sagte Frau Mueller"), ("市長の田中", "田中市長は言った"),
    ],
)  # fmt: skip
def test_a_text_names_somebody_in_its_own_script(name, text):
    assert is_named(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("Vladimir Petrov", "Об этом сказал Иван Сидоров."), ("Mohammed al-Kettani", "قال يوسف القاضي إن الرسوم سترتفع"), ("Tanaka", "田中氏は述べた"), ("山本次郎", "田中氏は述べた"), ("Ana Müller", "sagte Frau Meier")],
)  # fmt: skip
def test_a_text_does_not_name_others(name, text):
    assert not is_named(name, text)
