"""`pack.toml` is read once, by the engine; the web adds rights, widths and the language of the reader."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from engine import ProblemsFound, pack_of
from engine.pack import read_pack
from tests.web.conftest import PACK, World
from web.packfiles import read_pack_folder
from web.packs import active_packs, described, region_beside, region_title, role_title


def test_the_words_of_the_file_come_through_the_door_of_the_engine(world: World) -> None:
    with world.app.app_context(), world.house.database.snapshot() as connection:
        [pack] = active_packs(connection)
        words = pack_of(connection, pack.deployment_id)

    assert words.roles["LEAD"].rights == ("assign", "write", "insight", "withdraw", "remind", "deadline", "supervise")
    assert words.roles["DESK"].sees == ("phone",) and words.roles["DESK"].cases == "region"
    assert words.messages["MSG_HANDED_IN"].title_en == "Hand in a parcel"
    assert (words.entry, words.roles["WAREHOUSE"].cases) == ("parcel_return", "")
    assert pack.roles["WAREHOUSE"].cases == "tasks"
    assert pack.roles["LEAD"].unmask == {"name", "phone", "account"}


def test_a_reader_of_english_gets_the_english_titles(small_world: World) -> None:
    with small_world.app.app_context(), small_world.house.database.snapshot() as connection:
        [pack] = active_packs(connection)
    with small_world.app.test_request_context(headers={"Cookie": "locale=en"}):
        told = (pack.title, pack.columns, dict(pack.stages)["storing"], pack.messages["MSG_HANDED_IN"].title)
    with small_world.app.test_request_context():
        home = (pack.title, pack.columns, dict(pack.stages)["storing"], pack.messages["MSG_HANDED_IN"].button)

    assert told == ("Parcel returns", ("Sender", "Weight"), "Storing", "Hand in a parcel")
    assert home == ("包裹退货", ("退货人", "重量"), "入库", "交包裹")
    assert (role_title([pack], "DESK", "en"), region_title([pack], "north", "zh")) == ("Return desk", "北店")
    assert (role_title([pack], "GHOST"), region_title([pack], "nowhere")) == ("GHOST", "nowhere")


def test_a_width_that_nobody_knows_opens_nothing() -> None:
    text = (PACK / "pack.toml").read_bytes().replace(b'cases = "all"', b'cases = "everything"')
    words, problems = read_pack({"pack.toml": text})

    assert problems == [] and words is not None
    assert described("d", words).roles["LEAD"].cases == "none"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (b'sees = ["phone"]', b'sees = "phone"'),
        (b'entry = "parcel_return"', b'entry = "parcel_return"\nstart_message = "MSG_NEVER"'),
        (b'entry = "parcel_return"', b'entry = "parcel_return"\nstart_form = "nowhere"'),
    ],
)
def test_words_that_fit_nothing_are_refused_at_deployment(small_world: World, wrong: bytes, place: bytes) -> None:
    files = read_pack_folder(PACK)
    files["pack.toml"] = files["pack.toml"].replace(wrong, place)
    house = small_world.house

    with (
        pytest.raises(ProblemsFound) as found,
        small_world.app.app_context(),
        house.database.transaction() as connection,
    ):
        house.engine.deploy(connection, files, actor="analyst", now=small_world.clock())

    assert re.search(r"list of words|MSG_NEVER|nowhere", str([p.message_en for p in found.value.problems]))


def test_a_region_that_a_column_says_stands_once_in_either_language() -> None:
    label = SimpleNamespace(zh="城东区", en="Chengdong")
    packs = [SimpleNamespace(regions={"chengdong": label})]

    assert region_beside(packs, "chengdong", ("高压单电源", "城东区")) == ""  # type: ignore[arg-type]
    assert region_beside(packs, "chengdong", ("高压单电源",)) == "城东区"  # type: ignore[arg-type]
