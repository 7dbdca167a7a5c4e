-- Hours and meals of the day by household, with the share of all: named window, DISTINCT, CASE.
select
    t_hour,
    coalesce(t_meal_time, 'between') as meal,
    count(*) as n,
    sum(case when hd_dep_count > 2 then 1 else 0 end) as families,
    count(*) * 1000 / sum(count(*)) over whole as permille,
    row_number() over (order by count(*) desc, t_hour) as place
from store_sales
join time_dim on ss_sold_time_sk = t_time_sk
join household_demographics on ss_hdemo_sk = hd_demo_sk
where hd_vehicle_count <= 2
group by t_hour, coalesce(t_meal_time, 'between')
window whole as (partition by 1)
order by t_hour
