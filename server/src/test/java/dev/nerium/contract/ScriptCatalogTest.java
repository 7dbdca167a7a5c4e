package dev.nerium.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.auth.Scope;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code catalog} of a script may do what the run's key may, and nothing else. */
@Tag("server")
class ScriptCatalogTest {
    private static TestServer server;
    private static String admin;
    private static String reader;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        admin = server.key();
        reader = server.useKey("reader", Scope.READ);
    }

    @BeforeEach
    void mayDoAll() {
        server.useKey(admin);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void makesChangesAndDropsTables() {
        Reply made = server.script("""
                from pyiceberg.schema import Schema
                from pyiceberg.types import LongType, NestedField, StringType

                catalog.create_namespace('shop')
                table = catalog.create_table('shop.orders', Schema(NestedField(1, 'id', LongType())))
                with table.update_schema() as update:
                    update.add_column('größe', StringType())
                with table.transaction() as change:
                    change.set_properties(owner='sales')
                catalog.rename_table('shop.orders', 'shop.orders_2026')
                table = catalog.load_table('shop.orders_2026')
                result = pl.DataFrame({'v': [str(table.schema().column_names), table.properties['owner']]})
                """);
        Reply written = server.script(
                "result = pl.DataFrame({'id': [7], 'größe': ['XL']})",
                Map.of("destination", "shop.orders_2026", "saveMode", "append"));
        Reply read = server.query("select * from t", "t=shop.orders_2026");
        Reply dropped = server.script("""
                catalog.drop_table('shop.orders_2026')
                catalog.drop_namespace('shop')
                result = pl.DataFrame({'v': [str(catalog.list_namespaces())]})
                """);

        assertThat(made.rows()).as(made.text()).isEqualTo("[[\"['id', 'größe']\"],[\"sales\"]]");
        assertThat(written.status()).as(written.text()).isEqualTo(200);
        assertThat(read.rows()).isEqualTo("[[7,\"XL\"]]");
        assertThat(dropped.rows()).as(dropped.text()).isEqualTo("[[\"[('default',), ('telemetry',)]\"]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            catalog.create_namespace('mine')
            catalog.drop_table('default.flowers')
            catalog.purge_table('default.flowers')
            catalog.rename_table('default.flowers', 'default.mine')
            catalog.load_table('default.flowers').transaction().set_properties(a='b').commit_transaction()
            """)
    void aKeyThatMayOnlyReadChangesNothing(String change) {
        server.useKey(reader);

        Reply refused = server.script(change);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.error())
                .startsWith("ForbiddenError at line 1: ForbiddenException:"
                        + " The key 'reader' has the scope read: changing a catalog needs write.");
        assertThat(server.query("select count(*) from f", "f=default.flowers").rows())
                .isEqualTo("[[150]]");
    }

    @Test
    void whatIsOnlyExplainedChangesNothing() {
        Reply explained = server.script(
                "catalog.drop_table('default.flowers')\nresult = pl.LazyFrame({'a': [1]})", Map.of("explain", true));

        assertThat(explained.status()).isEqualTo(400);
        assertThat(explained.error()).contains("A run that is only explained changes no catalog.");
        assertThat(server.query("select count(*) from f", "f=default.flowers").rows())
                .isEqualTo("[[150]]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            catalog.drop_table('telemetry.logs')                        | The namespace 'telemetry' is the server's own
            catalog.drop_table('default.nothing')                       | NoSuchTableError
            catalog.drop_namespace('default')                           | NamespaceNotEmpty
            catalog.create_table('default.t', catalog.load_table('default.flowers').schema(), location='/etc/t') | outside of the folders
            catalog.load_table('default.flowers').scan().to_arrow()     | read rows with scan(...)
            catalog._session.get('http://nerium/v1/../../etc/passwd').raise_for_status()  | 400
            catalog._session.get('http://nerium/v1/%zz/namespaces').raise_for_status()    | 404
            catalog._session.put('http://nerium/v1/oleander/namespaces').raise_for_status() | 400
            catalog._session.get('http://nerium/v1/other/namespaces').raise_for_status()  | 4
            catalog._session.get('http://127.0.0.1:1/').raise_for_status() | ConnectionError
            """)
    void saysWhatIsWrong(String change, String error) {
        Reply refused = server.script(change);

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
        assertThat(refused.error()).contains(error);
        assertThat(server.query("select count(*) from f", "f=default.flowers").rows())
                .isEqualTo("[[150]]");
    }
}
