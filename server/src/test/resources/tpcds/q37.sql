-- Months of a brand that differ much from its mean of the year, with neighbours: windows and LAG and LEAD over a CTE.
with v1 as (
    select i_category, i_brand, d_year, d_moy, sum(ss_sales_price) as sales
    from item, store_sales, date_dim
    where ss_item_sk = i_item_sk and ss_sold_date_sk = d_date_sk and i_category is not null
    group by i_category, i_brand, d_year, d_moy
),
v2 as (
    select
        i_category, i_brand, d_year, d_moy, sales,
        sum(sales) over (partition by i_category, i_brand, d_year) as of_year,
        count(*) over (partition by i_category, i_brand, d_year) as months,
        lag(sales) over (partition by i_category, i_brand order by d_year, d_moy) as before,
        lead(sales) over (partition by i_category, i_brand order by d_year, d_moy) as after
    from v1
)
select * from v2
where d_year = 2001 and months > 3 and abs(sales * months - of_year) > of_year * 0.5
order by i_category, i_brand, d_moy
