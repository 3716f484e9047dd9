package dev.countersign.sql;

import java.util.Set;

/// Words that may stand in a shown shape whatever the catalogue says: they are the language's, not
/// anybody's data.
final class Keywords {
    private static final Set<String> WORDS =
            Set.of(
                    ("all alter analyze and any array as asc asymmetric at authorization begin between both by cascade case cast check"
                                    + " close collate column commit concurrently conflict constraint copy create cross cube current"
                                    + " current_date current_time current_timestamp current_user cursor database deallocate declare"
                                    + " default delete desc discard distinct do drop each else end escape except execute exists explain"
                                    + " extension extract false fetch filter first for foreign from full function grant group grouping"
                                    + " having if ilike in index inner insert intersect interval into is isolation join key language"
                                    + " last lateral left level like limit listen local lock matched materialized merge move natural"
                                    + " next no not nothing notify null nulls of off offset on only or order ordinality outer over"
                                    + " partition password prepare primary privileges procedure read recursive references refresh"
                                    + " reindex release rename replace reset restrict returning returns revoke right role rollback"
                                    + " rollup row rows savepoint schema select sequence session set sets share show similar some start"
                                    + " symmetric table tablesample temp temporary then ties time timestamp to transaction trigger true"
                                    + " truncate type union unique unknown unlisten update user using vacuum values varchar verbose"
                                    + " view when where window with within without work write zone")
                            .split(" "));

    private Keywords() {}

    static boolean contains(String word) {
        return WORDS.contains(word);
    }
}
