# A pattern of Polars' own engine that is compiled to something huge.
# ends: ENGINE_ERROR: *
# ends: OUT_OF_MEMORY: *
# ends: [[*]]
result = pl.LazyFrame({'a': ['a']}).select(pl.col('a').str.contains('((a{1000}){1000}){1000}'))
