package dev.nerium.cli.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceTest {
    @Test
    void isThePositionInTheMessage() {
        assertThat(Place.find("It can't be read at line 2, column 3: no.", "SELECT 1\nFRM x"))
                .hasValue(new Place(2, 3));
    }

    @Test
    void isNotAPositionThatTheStatementLacks() {
        assertThat(Place.find("at line 3, column 1", "SELECT 1\nFRM x")).isEmpty();
        assertThat(Place.find("at line 1, column 99", "SELECT 1")).isEmpty();
        assertThat(Place.find("at line 0, column 1", "SELECT 1")).isEmpty();
    }

    @Test
    void isTheWordThatWasFoundInALine() {
        assertThat(Place.find("Line 2: found 'FOO', expected TABLE.", "CREATE\n FOO x"))
                .hasValue(new Place(2, 2));
        assertThat(Place.find("Line 2: found 'x', expected TABLE.", "CREATE x\n FOO x"))
                .hasValue(new Place(2, 0));
        assertThat(Place.find("Line 2: the quote ' is not closed.", "SELECT\n'a"))
                .hasValue(new Place(2, 0));
    }

    @Test
    void isTheOnlyTokenOfAName() {
        assertThat(Place.find("There is no column 'speces'.", "SELECT 'speces',\n\t日本, speces -- speces"))
                .hasValue(new Place(2, 6));
        assertThat(Place.find("There is no column 'a b'.", "SELECT \"a b\"")).hasValue(new Place(1, 8));
        assertThat(Place.find("The function Foo() is not available.", "SELECT foo(1)"))
                .hasValue(new Place(1, 8));
    }

    @Test
    void isNotKnownForANameThatOccursTwice() {
        assertThat(Place.find("There is no column 'a'.", "SELECT a FROM t WHERE a > 1"))
                .isEmpty();
        assertThat(Place.find("The run was stopped.", "SELECT a")).isEmpty();
    }
}
