-- Two channels as one, weekday by weekday, a year against the year before: UNION ALL, CASE pivot, self join of a CTE.
with sales as (
    select ws_sold_date_sk as sold, ws_ext_sales_price as price from web_sales
    union all
    select cs_sold_date_sk as sold, cs_ext_sales_price as price from catalog_sales
),
weeks as (
    select
        d_week_seq as week,
        sum(case when d_day_name = 'Sunday' then price end) as sunday,
        sum(case when d_day_name = 'Monday' then price end) as monday,
        sum(case when d_day_name = 'Wednesday' then price end) as wednesday,
        sum(case when d_day_name = 'Friday' then price end) as friday,
        sum(case when d_day_name = 'Saturday' then price end) as saturday
    from sales join date_dim on sold = d_date_sk
    group by d_week_seq
)
select
    a.week,
    b.sunday / a.sunday as sunday,
    b.monday / a.monday as monday,
    b.wednesday / a.wednesday as wednesday,
    b.friday / a.friday as friday,
    b.saturday / a.saturday as saturday
from weeks a join weeks b on b.week = a.week + 52
where a.week > 30 and a.week <= 60
order by a.week
