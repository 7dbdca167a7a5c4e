"""A table of the shape of ClickBench's `hits`, 105 columns, with values that a seed makes."""

import datetime as dt

import polars as pl

# The columns in their order: l is bigint, i is integer, s is text, t is timestamp, y is date.
COLUMNS = (
    "WatchID:l JavaEnable:i Title:s GoodEvent:i EventTime:t EventDate:y CounterID:i ClientIP:i RegionID:i UserID:l CounterClass:i OS:i"
    " UserAgent:i URL:s Referer:s IsRefresh:i RefererCategoryID:i RefererRegionID:i URLCategoryID:i URLRegionID:i ResolutionWidth:i"
    " ResolutionHeight:i ResolutionDepth:i FlashMajor:i FlashMinor:i FlashMinor2:s NetMajor:i NetMinor:i UserAgentMajor:i UserAgentMinor:s"
    " CookieEnable:i JavascriptEnable:i IsMobile:i MobilePhone:i MobilePhoneModel:s Params:s IPNetworkID:i TraficSourceID:i SearchEngineID:i"
    " SearchPhrase:s AdvEngineID:i IsArtifical:i WindowClientWidth:i WindowClientHeight:i ClientTimeZone:i ClientEventTime:t"
    " SilverlightVersion1:i SilverlightVersion2:i SilverlightVersion3:i SilverlightVersion4:i PageCharset:s CodeVersion:i IsLink:i"
    " IsDownload:i IsNotBounce:i FUniqID:l OriginalURL:s HID:i IsOldCounter:i IsEvent:i IsParameter:i DontCountHits:i WithHash:i HitColor:s"
    " LocalEventTime:t Age:i Sex:i Income:i Interests:i Robotness:i RemoteIP:i WindowName:i OpenerName:i HistoryLength:i BrowserLanguage:s"
    " BrowserCountry:s SocialNetwork:s SocialAction:s HTTPError:i SendTiming:i DNSTiming:i ConnectTiming:i ResponseStartTiming:i"
    " ResponseEndTiming:i FetchTiming:i SocialSourceNetworkID:i SocialSourcePage:s ParamPrice:l ParamOrderID:s ParamCurrency:s"
    " ParamCurrencyID:i OpenstatServiceName:s OpenstatCampaignID:s OpenstatAdID:s OpenstatSourceID:s UTMSource:s UTMMedium:s UTMCampaign:s"
    " UTMContent:s UTMTerm:s FromTag:s HasGCLID:i RefererHash:l URLHash:l CLID:i"
)
_HOSTS = [
    "google.example",
    "www.news.example",
    "shop.example",
    "mail.example",
    "games.example",
    "xn--e1afmkfd.example",
    "google.de.example",
]
_PHRASES = [
    "",
    "",
    "",
    "",
    "weather",
    "buy a bicycle",
    "купить велосипед",
    "news today",
    "how to cook rice",
    "map",
    "天気",
    "cheap flights",
]
_TITLES = [
    "",
    "News",
    "Google Maps",
    "Weather for today",
    "Новости",
    "Shop — Google reviews",
    "Games",
    "A page with a long title, " * 8,
]
_MODELS = ["", "", "", "", "", "iPhone 2", "Nokia 3310", "X100", "ä-phone"]
_FIRST = dt.datetime(2013, 7, 1)


def generate(rows: int, seed: int = 1) -> pl.DataFrame:
    """Make rows; equal arguments give equal rows."""
    frame = pl.LazyFrame({"row": pl.int_range(rows, eager=True)})
    named = {name: kind for name, _, kind in (column.partition(":") for column in COLUMNS.split())}
    columns = {name: _default(name, kind, seed + place) for place, (name, kind) in enumerate(named.items())}
    columns |= _special(seed, rows)
    types = {"l": pl.Int64, "i": pl.Int32, "s": pl.String, "t": pl.Datetime("us"), "y": pl.Date}
    return frame.select(columns[name].cast(types[kind]).alias(name) for name, kind in named.items()).collect()


def _below(limit: int, seed: int) -> pl.Expr:
    """A number below a limit, each with the same probability."""
    return (pl.col("row").hash(seed) % limit).cast(pl.Int64)


def _skewed(limit: int, seed: int) -> pl.Expr:
    """A number below a limit; small ones are frequent."""
    return (limit * (_below(1_000_000, seed) / 1_000_000) ** 4).cast(pl.Int64)


def _one_of(values: list[str], number: pl.Expr) -> pl.Expr:
    return number.replace_strict(range(len(values)), values, return_dtype=pl.String)


def _default(name: str, kind: str, seed: int) -> pl.Expr:
    match kind:
        case "s":
            return _one_of(["", "", "", name.lower(), "a", "b c"], _below(6, seed))
        case "t":
            return pl.lit(_FIRST) + pl.duration(seconds=_below(31 * 86_400, seed))
        case _ if name.startswith(("Is", "Has", "DontCount")):
            return (_below(10, seed) == 0).cast(pl.Int32)
        case _:
            return _skewed(5_000, seed)


def _special(seed: int, rows: int) -> dict[str, pl.Expr]:
    """The columns by which statements filter and group."""
    time = pl.lit(_FIRST) + pl.duration(seconds=_below(31 * 86_400, seed + 1000))
    host = _one_of(_HOSTS, _below(len(_HOSTS), seed + 1001))
    url = pl.format(
        "{}://{}/{}?id={}",
        _one_of(["http", "https"], _below(2, seed + 1002)),
        host,
        _one_of(["", "a", "b/c", "search/q"], _below(4, seed + 1003)),
        _skewed(max(rows // 20, 1), seed + 1004),
    )
    referer_host = _one_of([f"www.{_HOSTS[0]}", *_HOSTS[1:]], _below(len(_HOSTS), seed + 1005))
    referer = (
        pl.when(_below(3, seed + 1006) > 0)
        .then(pl.format("http://{}/{}", referer_host, _one_of(["", "x?y=1", "p\nq"], _below(3, seed + 1007))))
        .otherwise(pl.lit(""))
    )
    phrase = _one_of(_PHRASES, _below(len(_PHRASES), seed + 1008))
    return {
        "WatchID": pl.col("row").hash(seed + 1009).reinterpret(signed=True),
        "UserID": _skewed(max(rows // 10, 1), seed + 1010) * 435_090_932_899 + 1,
        "EventTime": time,
        "EventDate": time.dt.date(),
        "CounterID": pl.when(_below(4, seed + 1011) == 0).then(62).otherwise(_skewed(500, seed + 1012)),
        "ClientIP": _skewed(2_000, seed + 1013) * 1_000_003 - 1_000_000_000,
        "RegionID": _skewed(300, seed + 1014),
        "URL": pl.when(_below(50, seed + 1015) > 0).then(url).otherwise(pl.lit("")),
        "Referer": referer,
        "Title": _one_of(_TITLES, _below(len(_TITLES), seed + 1016)),
        "SearchPhrase": pl.when(phrase == "")
        .then(phrase)
        .otherwise(pl.format("{} {}", phrase, _skewed(50, seed + 1017))),
        "SearchEngineID": _skewed(8, seed + 1018),
        "AdvEngineID": pl.when(_below(20, seed + 1019) == 0).then(_below(5, seed + 1020) + 1).otherwise(0),
        "MobilePhoneModel": _one_of(_MODELS, _below(len(_MODELS), seed + 1021)),
        "MobilePhone": _below(4, seed + 1022),
        "ResolutionWidth": _below(5, seed + 1023) * 320 + 320,
        "TraficSourceID": _below(9, seed + 1024) - 1,
        "URLHash": _skewed(20, seed + 1025) * 2_868_770_270_353 + 1,
        "RefererHash": _skewed(20, seed + 1026) * 3_594_120_000_172 + 1,
        "WindowClientWidth": _skewed(40, seed + 1027) * 50,
        "WindowClientHeight": _skewed(40, seed + 1028) * 30,
    }
