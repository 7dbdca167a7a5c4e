"""A small star schema of a retailer with three channels, named as in TPC-DS, the same on every machine.

Every number is an integer or a decimal, so that sums are exact in any order. Facts have nulls in their foreign keys,
and few items, customers, stores and months have most of the sales.
"""

from __future__ import annotations

import itertools
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import polars as pl

Row = dict[str, Any]
T = TypeVar("T")

FIRST_DAY, DAYS = date(1999, 1, 1), 1096
FIRST_DATE_SK = 2_451_180
ITEMS, CUSTOMERS, ADDRESSES, DEMOGRAPHICS, HOUSEHOLDS = 240, 600, 400, 280, 144
STORES, WAREHOUSES, PROMOTIONS = 9, 5, 24
STORE_TICKETS, CATALOG_ORDERS, WEB_ORDERS = 2_400, 1_700, 1_100
NULL_SHARE, RETURNED_SHARE, SENT_HOME_SHARE, PROMOTED_SHARE, COUPON_SHARE = 0.03, 0.18, 0.8, 0.4, 0.1
MONEY = pl.Decimal(7, 2)
KEY = pl.Int32

CATEGORIES = {
    "Books": ("arts", "history", "science", "travel"),
    "Electronics": ("audio", "cameras", "portable", "televisions"),
    "Home": ("bedding", "kitchen", "lighting", "rugs"),
    "Jewelry": ("bracelets", "earings", "rings", "watches"),
    "Music": ("classical", "country", "pop", "rock"),
    "Shoes": ("athletic", "kids", "mens", "womens"),
    "Sports": ("camping", "fitness", "football", "tennis"),
}
COLORS = ("azure", "beige", "coral", "ivory", "khaki", "maroon", "olive", "plum", "salmon", "white")
STATES = ("TN", "GA", "TX", "CA", "OH", "NY", "IL", "WA")
CITIES = ("Fairview", "Midway", "Oak Grove", "Five Points", "Centerville", "Riverside", "Pleasant Hill", "Salem")
COUNTIES = ("Williamson County", "Walker County", "Ziebach County", "Huron County")
EDUCATION = ("Primary", "Secondary", "2 yr Degree", "4 yr Degree", "Advanced Degree", "Unknown")
POTENTIAL = ("0-500", "501-1000", "1001-5000", "5001-10000", ">10000", "Unknown")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKEND, NOON = (5, 6), 12
# Sales by month: quiet until summer, most before the end of the year.
MONTH_WEIGHTS = (3, 3, 4, 4, 4, 5, 5, 6, 6, 8, 12, 14)


def generate(seed: int = 19) -> dict[str, pl.DataFrame]:
    """Make all tables."""
    dice = random.Random(seed)  # noqa: S311  # the same numbers each time are the point
    dates, items = _dates(), _items(dice)
    prices = {row["i_item_sk"]: int(row["i_current_price"] * 100) for row in items}
    facts = _Facts(dice, dates, prices)
    store_sales = facts.store_sales()
    rows = {
        "date_dim": dates,
        "time_dim": _times(),
        "item": items,
        "customer": _customers(dice),
        "customer_address": _addresses(dice),
        "customer_demographics": _demographics(),
        "household_demographics": _households(),
        "store": _stores(dice),
        "warehouse": _warehouses(dice),
        "promotion": _promotions(dice),
        "store_sales": store_sales,
        "store_returns": facts.store_returns(store_sales),
        "catalog_sales": facts.catalog_sales(),
        "web_sales": facts.web_sales(),
        "inventory": facts.inventory(),
    }
    return {name: _frame(made) for name, made in rows.items()}


def _frame(rows: list[Row]) -> pl.DataFrame:
    """Type the columns by their values: keys and counts are ints of 32 bits, tickets and orders of 64."""
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pl.DataFrame([pl.Series(name, values, _type(name, values)) for name, values in columns.items()])


def _type(name: str, values: list[Any]) -> pl.DataType | type[pl.DataType]:
    sample = next(value for value in values if value is not None)
    match sample:
        case bool():
            return pl.Boolean
        case int():
            return pl.Int64 if name.endswith("_number") else KEY
        case Decimal():
            return MONEY
        case date():
            return pl.Date
        case _:
            return pl.String


def _cents(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)


def _skewed(dice: random.Random, count: int, exponent: float = 2.2) -> int:
    """Pick from 1 to count, small numbers most often."""
    return 1 + int(count * dice.random() ** exponent)


def _dates() -> list[Row]:
    rows = []
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        rows.append(
            {
                "d_date_sk": FIRST_DATE_SK + number,
                "d_date": day,
                "d_year": day.year,
                "d_moy": day.month,
                "d_dom": day.day,
                "d_qoy": (day.month + 2) // 3,
                "d_dow": day.isoweekday() % 7,
                "d_day_name": DAY_NAMES[day.weekday()],
                "d_month_seq": (day.year - 1900) * 12 + day.month - 1,
                "d_week_seq": (day - date(1999, 1, 3)).days // 7 + 1,
                "d_quarter_name": f"{day.year}Q{(day.month + 2) // 3}",
                "d_weekend": day.weekday() in WEEKEND,
            }
        )
    return rows


def _times() -> list[Row]:
    """One row per five minutes."""
    rows = []
    for minute in range(0, 1440, 5):
        hour = minute // 60
        meal = {7: "breakfast", 8: "breakfast", 12: "lunch", 13: "lunch", 18: "dinner", 19: "dinner"}.get(hour)
        rows.append(
            {
                "t_time_sk": minute * 60,
                "t_hour": hour,
                "t_minute": minute % 60,
                "t_am_pm": "AM" if hour < NOON else "PM",
                "t_meal_time": meal,
            }
        )
    return rows


def _items(dice: random.Random) -> list[Row]:
    rows = []
    names = list(CATEGORIES)
    for key in range(1, ITEMS + 1):
        category = names[key % len(names)]
        cls = dice.choice(CATEGORIES[category])
        brand = names.index(category) * 10 + dice.randint(1, 4)
        price = 99 + _skewed(dice, 19_000)
        rows.append(
            {
                "i_item_sk": key,
                "i_item_id": f"AAAAAAAA{(key + 1) // 2:04}",
                "i_item_desc": f"{cls} number {key}",
                "i_current_price": _cents(price),
                "i_wholesale_cost": _cents(price * dice.randint(40, 80) // 100),
                "i_brand_id": brand,
                "i_brand": f"brand#{brand}",
                "i_class": cls,
                "i_category": None if key % 60 == 0 else category,
                "i_manufact_id": dice.randint(1, 30),
                "i_color": dice.choice(COLORS),
                "i_size": dice.choice(("small", "medium", "large", "N/A")),
                "i_manager_id": dice.randint(1, 20),
            }
        )
    return rows


def _customers(dice: random.Random) -> list[Row]:
    firsts = ("Ada", "Boris", "Clara", "David", "Edith", "Frank", "Grace", "Hugo", "Ida", "Jonas", "Karla", "Leo")
    lasts = ("Abel", "Brown", "Clark", "Diaz", "Evans", "Fisher", "Gray", "Hall", "Irwin", "Jones", "King", "Lopez")
    return [
        {
            "c_customer_sk": key,
            "c_customer_id": f"C{key:06}",
            "c_first_name": _maybe(dice, dice.choice(firsts)),
            "c_last_name": _maybe(dice, dice.choice(lasts)),
            "c_current_addr_sk": dice.randint(1, ADDRESSES),
            "c_current_cdemo_sk": _maybe(dice, dice.randint(1, DEMOGRAPHICS)),
            "c_current_hdemo_sk": _maybe(dice, dice.randint(1, HOUSEHOLDS)),
            "c_birth_year": _maybe(dice, dice.randint(1930, 1985)),
            "c_birth_month": _maybe(dice, dice.randint(1, 12)),
            "c_preferred_cust_flag": dice.choice(("Y", "N")),
        }
        for key in range(1, CUSTOMERS + 1)
    ]


def _addresses(dice: random.Random) -> list[Row]:
    return [
        {
            "ca_address_sk": key,
            "ca_city": CITIES[_skewed(dice, len(CITIES), 1.6) - 1],
            "ca_county": dice.choice(COUNTIES),
            "ca_state": _maybe(dice, STATES[_skewed(dice, len(STATES), 1.6) - 1]),
            "ca_zip": f"{dice.randint(10, 99)}{dice.randint(0, 9) * 111:03}",
            "ca_gmt_offset": _cents(-100 * dice.choice((5, 5, 6, 6, 7, 8))),
        }
        for key in range(1, ADDRESSES + 1)
    ]


def _demographics() -> list[Row]:
    cells = itertools.cycle(itertools.product("MF", "MSDWU", EDUCATION, ("Good", "Low Risk", "High Risk")))
    return [
        {
            "cd_demo_sk": key,
            "cd_gender": gender,
            "cd_marital_status": marital,
            "cd_education_status": education,
            "cd_credit_rating": rating,
            "cd_dep_count": key % 7,
        }
        for key, (gender, marital, education, rating) in enumerate(itertools.islice(cells, DEMOGRAPHICS), 1)
    ]


def _households() -> list[Row]:
    cells = itertools.islice(itertools.cycle(itertools.product(POTENTIAL, range(6), range(4))), HOUSEHOLDS)
    return [
        {
            "hd_demo_sk": key,
            "hd_buy_potential": potential,
            "hd_dep_count": dependents,
            "hd_vehicle_count": vehicles,
        }
        for key, (potential, dependents, vehicles) in enumerate(cells, 1)
    ]


def _stores(dice: random.Random) -> list[Row]:
    return [
        {
            "s_store_sk": key,
            "s_store_id": f"S{(key + 1) // 2:03}",
            "s_store_name": ("able", "anti", "bar", "cally", "eing", "ese", "ought", "pri", "ation")[key - 1],
            "s_state": STATES[(key - 1) % 4],
            "s_county": COUNTIES[key % 4],
            "s_city": CITIES[key % 8],
            "s_number_employees": dice.randint(200, 300),
            "s_gmt_offset": _cents(-500 if key % 3 else -600),
        }
        for key in range(1, STORES + 1)
    ]


def _warehouses(dice: random.Random) -> list[Row]:
    return [
        {
            "w_warehouse_sk": key,
            "w_warehouse_name": f"Warehouse {chr(64 + key)}",
            "w_warehouse_sq_ft": dice.randint(50_000, 990_000),
            "w_state": STATES[key],
        }
        for key in range(1, WAREHOUSES + 1)
    ]


def _promotions(dice: random.Random) -> list[Row]:
    return [
        {
            "p_promo_sk": key,
            "p_promo_name": f"promotion {key}",
            "p_channel_email": "Y" if key % 5 == 0 else "N",
            "p_channel_event": "Y" if key % 3 == 0 else "N",
            "p_channel_tv": "Y" if key % 4 == 0 else "N",
            "p_cost": _cents(dice.randint(50_000, 120_000)),
        }
        for key in range(1, PROMOTIONS + 1)
    ]


def _maybe(dice: random.Random, value: T) -> T | None:
    return None if dice.random() < NULL_SHARE else value


class _Facts:
    """Sales of three channels, what came back of the first, and what the warehouses held each week."""

    def __init__(self, dice: random.Random, dates: list[Row], prices: dict[int, int]) -> None:
        self._dice = dice
        self._dates = [row["d_date_sk"] for row in dates]
        months = [MONTH_WEIGHTS[row["d_moy"] - 1] for row in dates]
        self._weights = list(itertools.accumulate(months))
        self._prices = prices

    def store_sales(self) -> list[Row]:
        dice, rows = self._dice, []
        for ticket in range(1, STORE_TICKETS + 1):
            basket = {
                "ss_sold_date_sk": _maybe(dice, self._day()),
                "ss_sold_time_sk": _maybe(dice, self._time()),
                "ss_customer_sk": _maybe(dice, _skewed(dice, CUSTOMERS)),
                "ss_cdemo_sk": _maybe(dice, dice.randint(1, DEMOGRAPHICS)),
                "ss_hdemo_sk": _maybe(dice, dice.randint(1, HOUSEHOLDS)),
                "ss_addr_sk": _maybe(dice, _skewed(dice, ADDRESSES, 1.4)),
                "ss_store_sk": _maybe(dice, _skewed(dice, STORES, 1.5)),
                "ss_ticket_number": ticket,
            }
            rows += [
                {**basket, "ss_item_sk": item, "ss_promo_sk": self._promotion(), **self._amounts("ss", item)}
                for item in self._basket(6)
            ]
        return rows

    def store_returns(self, sales: list[Row]) -> list[Row]:
        dice = self._dice
        rows = []
        for sale in sales:
            if sale["ss_sold_date_sk"] is None or dice.random() > RETURNED_SHARE:
                continue
            quantity = dice.randint(1, sale["ss_quantity"])
            amount = sale["ss_sales_price"] * quantity
            rows.append(
                {
                    "sr_returned_date_sk": _maybe(
                        dice, min(sale["ss_sold_date_sk"] + dice.randint(1, 90), self._dates[-1])
                    ),
                    "sr_item_sk": sale["ss_item_sk"],
                    "sr_customer_sk": _maybe(dice, sale["ss_customer_sk"]),
                    "sr_store_sk": _maybe(dice, sale["ss_store_sk"]),
                    "sr_ticket_number": sale["ss_ticket_number"],
                    "sr_return_quantity": quantity,
                    "sr_return_amt": amount,
                    "sr_net_loss": _cents(int(amount * 100) * dice.randint(20, 90) // 100 + 50),
                }
            )
        return rows

    def catalog_sales(self) -> list[Row]:
        dice, rows = self._dice, []
        for order in range(1, CATALOG_ORDERS + 1):
            day = self._day()
            head = {
                "cs_sold_date_sk": _maybe(dice, day),
                "cs_bill_customer_sk": _maybe(dice, _skewed(dice, CUSTOMERS)),
                "cs_bill_cdemo_sk": _maybe(dice, dice.randint(1, DEMOGRAPHICS)),
                "cs_bill_addr_sk": _maybe(dice, _skewed(dice, ADDRESSES, 1.4)),
                "cs_order_number": order,
            }
            rows += [
                {
                    **head,
                    "cs_ship_date_sk": _maybe(dice, self._shipped(day)),
                    "cs_warehouse_sk": _maybe(dice, dice.randint(1, WAREHOUSES)),
                    "cs_item_sk": item,
                    "cs_promo_sk": self._promotion(),
                    **self._amounts("cs", item),
                }
                for item in self._basket(5)
            ]
        return rows

    def web_sales(self) -> list[Row]:
        dice, rows = self._dice, []
        for order in range(1, WEB_ORDERS + 1):
            day, address = self._day(), _skewed(dice, ADDRESSES, 1.4)
            head = {
                "ws_sold_date_sk": _maybe(dice, day),
                "ws_sold_time_sk": _maybe(dice, self._time()),
                "ws_bill_customer_sk": _maybe(dice, _skewed(dice, CUSTOMERS)),
                "ws_bill_addr_sk": _maybe(dice, address),
                "ws_ship_addr_sk": address if dice.random() < SENT_HOME_SHARE else dice.randint(1, ADDRESSES),
                "ws_order_number": order,
            }
            rows += [
                {
                    **head,
                    "ws_ship_date_sk": _maybe(dice, self._shipped(day)),
                    "ws_warehouse_sk": _maybe(dice, dice.randint(1, WAREHOUSES)),
                    "ws_item_sk": item,
                    "ws_promo_sk": self._promotion(),
                    **self._amounts("ws", item),
                }
                for item in self._basket(5)
            ]
        return rows

    def inventory(self) -> list[Row]:
        """One row per week, warehouse and every sixth item, from autumn 2000 to summer 2001."""
        dice = self._dice
        return [
            {
                "inv_date_sk": day,
                "inv_item_sk": item,
                "inv_warehouse_sk": warehouse,
                "inv_quantity_on_hand": _maybe(dice, dice.randint(0, 60 + 40 * (item % 7))),
            }
            for day in self._dates[620:900:7]
            for warehouse in range(1, WAREHOUSES + 1)
            for item in range(1, ITEMS + 1, 6)
        ]

    def _day(self) -> int:
        day: int = self._dice.choices(self._dates, cum_weights=self._weights)[0]
        return day

    def _shipped(self, day: int) -> int:
        return min(day + _skewed(self._dice, 120, 1.8), self._dates[-1])

    def _time(self) -> int:
        """Most sales are in the afternoon."""
        return int(self._dice.triangular(8, 22, 17) * 12) * 300

    def _promotion(self) -> int | None:
        return self._dice.randint(1, PROMOTIONS) if self._dice.random() < PROMOTED_SHARE else None

    def _basket(self, most: int) -> list[int]:
        return sorted({_skewed(self._dice, ITEMS, 1.5) for _ in range(self._dice.randint(1, most))})

    def _amounts(self, prefix: str, item: int) -> Row:
        """Amounts of one line; those that start with ext are of its whole quantity."""
        dice = self._dice
        quantity = _skewed(dice, 40, 1.5)
        listed = self._prices[item] * dice.randint(90, 110) // 100
        sold = listed * dice.choice((100, 100, 100, 90, 80, 65)) // 100
        cost = listed * dice.randint(40, 85) // 100
        coupon = sold * quantity // 10 if dice.random() < COUPON_SHARE else 0
        amounts = {
            "wholesale_cost": cost,
            "list_price": listed,
            "sales_price": sold,
            "ext_discount_amt": (listed - sold) * quantity,
            "ext_sales_price": sold * quantity,
            "coupon_amt": coupon,
            "net_paid": sold * quantity - coupon,
            "net_profit": (sold - cost) * quantity - coupon,
        }
        return {
            f"{prefix}_quantity": quantity,
            **{f"{prefix}_{name}": _cents(cents) for name, cents in amounts.items()},
        }
