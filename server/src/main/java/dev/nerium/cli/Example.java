package dev.nerium.cli;

import java.util.List;
import java.util.Map;

/** The two examples of the API's page. Both answer with one row per species. */
record Example(String title, String source, PolarsBody body) {
    private static final String SQL = """
            SELECT species, avg(sepal_length) AS avg_sepal_length,
            avg(petal_length) AS avg_petal_length FROM flowers GROUP BY
            species ORDER BY avg_sepal_length DESC""";

    private static final String SCRIPT = """
            table = params.get('table', 'default.flowers')
            limit = int(params.get('limit', 50))

            flowers = scan(table)

            result = (
                flowers.group_by('species')
                .agg(
                    pl.len().alias('count'),
                    pl.col('sepal_length').mean().round(2).alias('avg_sepal_length'),
                    pl.col('petal_length').mean().round(2).alias('avg_petal_length'),
                )
                .sort('avg_sepal_length', descending=True)
                .head(limit)
            )""";

    static final long ROWS = 3;

    static List<Example> all() {
        PolarsBody query = PolarsBody.query(SQL).tables(List.of("flowers=default.flowers"));
        PolarsBody script = PolarsBody.script(SCRIPT).params(Map.of("table", "default.flowers", "limit", "25"));
        return List.of(new Example("A query", SQL, query), new Example("A script", SCRIPT, script));
    }
}
