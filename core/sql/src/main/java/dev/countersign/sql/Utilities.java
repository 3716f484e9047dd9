package dev.countersign.sql;

import dev.countersign.model.Effect;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The closed table of statements that are no queries. What does not stand here is
/// [Effect#UNKNOWN].
final class Utilities {
    private static final Set<String> DDL =
            Set.of(
                    "CreateStmt",
                    "AlterTableStmt",
                    "DropStmt",
                    "RenameStmt",
                    "CommentStmt",
                    "ViewStmt",
                    "IndexStmt",
                    "CreateSchemaStmt",
                    "CreateSeqStmt",
                    "AlterSeqStmt",
                    "CreateFunctionStmt",
                    "AlterFunctionStmt",
                    "CreateTrigStmt",
                    "RuleStmt",
                    "CreateEnumStmt",
                    "AlterEnumStmt",
                    "CompositeTypeStmt",
                    "CreateDomainStmt",
                    "AlterDomainStmt",
                    "CreateRangeStmt",
                    "DefineStmt",
                    "CreateExtensionStmt",
                    "AlterExtensionStmt",
                    "AlterExtensionContentsStmt",
                    "RefreshMatViewStmt",
                    "AlterObjectSchemaStmt",
                    "AlterObjectDependsStmt",
                    "CreateStatsStmt",
                    "AlterStatsStmt",
                    "CreateCastStmt",
                    "CreateConversionStmt",
                    "CreateOpClassStmt",
                    "CreateOpFamilyStmt",
                    "AlterOpFamilyStmt",
                    "AlterOperatorStmt",
                    "AlterTypeStmt",
                    "AlterTableMoveAllStmt",
                    "AlterCollationStmt",
                    "CreateTransformStmt",
                    "AlterTSConfigurationStmt",
                    "AlterTSDictionaryStmt");

    private static final Set<String> PRIVILEGE =
            Set.of(
                    "GrantStmt",
                    "GrantRoleStmt",
                    "AlterDefaultPrivilegesStmt",
                    "CreateRoleStmt",
                    "AlterRoleStmt",
                    "DropRoleStmt",
                    "AlterOwnerStmt",
                    "ReassignOwnedStmt",
                    "DropOwnedStmt",
                    "CreatePolicyStmt",
                    "AlterPolicyStmt",
                    "SecLabelStmt",
                    "CreatedbStmt",
                    "DropdbStmt",
                    "AlterDatabaseStmt",
                    "AlterDatabaseRefreshCollStmt",
                    "CreateTableSpaceStmt",
                    "DropTableSpaceStmt",
                    "AlterTableSpaceOptionsStmt",
                    "CreateFdwStmt",
                    "AlterFdwStmt",
                    "CreateForeignServerStmt",
                    "AlterForeignServerStmt",
                    "CreateForeignTableStmt",
                    "ImportForeignSchemaStmt",
                    "CreatePLangStmt",
                    "CreateAmStmt",
                    "CreateEventTrigStmt",
                    "AlterEventTrigStmt",
                    "CreatePublicationStmt",
                    "AlterPublicationStmt",
                    "CreateSubscriptionStmt",
                    "AlterSubscriptionStmt",
                    "DropSubscriptionStmt",
                    "LockStmt",
                    "VacuumStmt",
                    "ClusterStmt",
                    "ReindexStmt",
                    "CheckPointStmt",
                    "LoadStmt");

    private static final Set<String> NEVER_SETTING =
            Set.of("AlterSystemStmt", "AlterRoleSetStmt", "AlterDatabaseSetStmt");

    private static final Set<String> USER_MAPPING =
            Set.of("CreateUserMappingStmt", "AlterUserMappingStmt", "DropUserMappingStmt");

    /// DDL that makes code which then runs without being named.
    private static final Set<String> CODE =
            Set.of(
                    "CreateFunctionStmt",
                    "AlterFunctionStmt",
                    "CreateTrigStmt",
                    "RuleStmt",
                    "DefineStmt",
                    "CreateCastStmt",
                    "CreateExtensionStmt",
                    "AlterExtensionStmt",
                    "AlterExtensionContentsStmt",
                    "CreateOpClassStmt",
                    "CreateOpFamilyStmt",
                    "AlterOpFamilyStmt",
                    "AlterOperatorStmt",
                    "AlterTypeStmt",
                    "CreateTransformStmt",
                    "CreateConversionStmt");

    private Utilities() {}

    /// Labels stand on names of schemas.
    private static boolean renamesSchema(String kind, Tree statement) {
        return kind.equals("RenameStmt")
                && (statement.text("renameType").equals("OBJECT_SCHEMA")
                        || statement.text("renameType").equals("OBJECT_DATABASE"));
    }

    static void read(Walker walker, String kind, Tree statement) {
        switch (kind) {
            case "TransactionStmt" -> transaction(walker, statement);
            case "VariableSetStmt" -> set(walker, statement);
            case "VariableShowStmt" -> walker.effects.add(Effect.READ);
            case "DiscardStmt",
                    "DeallocateStmt",
                    "ClosePortalStmt",
                    "UnlistenStmt",
                    "ConstraintsSetStmt" ->
                    walker.effects.add(Effect.SESSION);
            // whether the channel is one to listen to stands in the target's settings
            case "ListenStmt", "NotifyStmt" -> walker.effects.add(Effect.PRIVILEGE);
            case "PrepareStmt" -> {
                walker.effects.add(Effect.SESSION);
                walker.prepares = statement.text("name");
                statement.node("query").ifPresent(query -> walker.query(query));
            }
            case "ExecuteStmt" -> {
                walker.effects.add(Effect.SESSION);
                walker.uses.add(statement.text("name"));
                walker.visit(statement.list("params"));
            }
            case "DeclareCursorStmt" -> {
                walker.effects.add(Effect.SESSION);
                walker.prepares = statement.text("portalname");
                statement.node("query").ifPresent(query -> walker.query(query));
            }
            case "FetchStmt" -> {
                walker.effects.add(Effect.READ);
                walker.uses.add(statement.text("portalname"));
            }
            case "ExplainStmt" -> explain(walker, statement);
            case "CreateTableAsStmt" -> {
                walker.effects.add(Effect.DDL);
                walker.visit(statement.fields().get("into"));
                if (statement
                        .node("query")
                        .filter(q -> q.kind().equals("ExecuteStmt"))
                        .isPresent()) {
                    // what is executed was judged as what comes out, not as what is kept
                    walker.notServed = "CREATE TABLE AS EXECUTE";
                }
                statement.node("query").ifPresent(query -> walker.query(query));
            }
            case "TruncateStmt" -> {
                walker.effects.add(Effect.DELETE);
                walker.restricted = false;
                walker.visit(statement.list("relations"));
            }
            case "CopyStmt" -> copy(walker, statement);
            case "DoStmt" -> {
                walker.effects.add(Effect.CALL);
                walker.foreign = true;
                walker.never = "nobody can tell what a DO block does";
            }
            case "CallStmt" -> {
                walker.effects.add(Effect.CALL);
                walker.foreign = true;
                walker.visit(statement.fields().get("funccall"));
            }
            default -> listed(walker, kind, statement);
        }
    }

    /// Names the relations that are dropped; a schema may hold any.
    private static void dropped(Walker walker, Tree statement) {
        var type = statement.text("removeType");
        boolean part =
                type.equals("OBJECT_RULE")
                        || type.equals("OBJECT_TRIGGER")
                        || type.equals("OBJECT_POLICY");
        boolean relation =
                type.equals("OBJECT_TABLE")
                        || type.equals("OBJECT_VIEW")
                        || type.equals("OBJECT_MATVIEW")
                        || type.equals("OBJECT_FOREIGN_TABLE");
        walker.foreign |= type.equals("OBJECT_SCHEMA") || type.equals("OBJECT_EXTENSION");
        for (var object : part || relation ? statement.list("objects") : List.<Tree>of()) {
            var names =
                    object.inside().list("items").stream()
                            .map(name -> name.inside().text("sval"))
                            .toList();
            int last = names.size() - (part ? 2 : 1);
            if (last >= 0) {
                walker.tables.add(
                        new Statement.Table(
                                last > 0 ? names.get(last - 1) : "", names.get(last), "", false));
            }
        }
    }

    private static void listed(Walker walker, String kind, Tree statement) {
        if (kind.equals("DropStmt")) {
            dropped(walker, statement);
        }
        if (DDL.contains(kind)) {
            walker.effects.add(Effect.DDL);
            walker.foreign |= CODE.contains(kind) || renamesSchema(kind, statement);
        } else if (PRIVILEGE.contains(kind)) {
            walker.effects.add(Effect.PRIVILEGE);
            // rows come in the order of the index from then on, whatever column it is of
            walker.foreign |= kind.equals("ClusterStmt");
        } else if (NEVER_SETTING.contains(kind)) {
            walker.effects.add(Effect.PRIVILEGE);
            walker.never =
                    "settings of a role, a database or the server are not changed through the gateway";
        } else if (USER_MAPPING.contains(kind)) {
            walker.effects.add(Effect.PRIVILEGE);
            walker.never = "user mappings hold credentials and are not changed through the gateway";
        } else {
            walker.effects.add(Effect.UNKNOWN);
        }
        boolean role = kind.equals("CreateRoleStmt") || kind.equals("AlterRoleStmt");
        if (role
                && statement.list("options").stream()
                        .anyMatch(o -> o.inside().text("defname").equals("password"))) {
            walker.never = "passwords are not changed through the gateway";
        }
        walker.visit(statement);
    }

    private static void transaction(Walker walker, Tree statement) {
        var kind = statement.text("kind");
        if (kind.endsWith("PREPARED") || kind.equals("TRANS_STMT_PREPARE")) {
            walker.effects.add(Effect.PRIVILEGE);
        } else {
            walker.effects.add(Effect.SESSION);
        }
        options(walker, statement);
    }

    private static void options(Walker walker, Tree statement) {
        for (var key : new String[] {"options", "args"}) {
            for (var option : statement.list(key)) {
                if (option.kind().equals("DefElem")) {
                    var element = option.inside();
                    walker.settings.add(
                            new Statement.SettingChange(
                                    element.text("defname"),
                                    element.node("arg").map(Walker::literal).orElse("?")));
                }
            }
        }
    }

    private static void set(Walker walker, Tree statement) {
        walker.effects.add(Effect.SESSION);
        switch (statement.text("kind")) {
            case "VAR_RESET_ALL" -> {
                // back to what the gateway put into the startup packet
            }
            case "VAR_SET_MULTI" -> {
                options(walker, statement);
                if (statement.text("name").equals("TRANSACTION SNAPSHOT")) {
                    walker.settings.add(new Statement.SettingChange("transaction_snapshot", "?"));
                }
            }
            default -> {
                var values = statement.list("args");
                walker.settings.add(
                        new Statement.SettingChange(
                                statement.text("name").toLowerCase(Locale.ROOT),
                                values.isEmpty()
                                        ? ""
                                        : String.join(
                                                ",",
                                                values.stream().map(Walker::literal).toList())));
            }
        }
    }

    private static void explain(Walker walker, Tree statement) {
        boolean analyze =
                statement.list("options").stream()
                        .anyMatch(option -> option.inside().text("defname").equals("analyze"));
        var inner = new Walker();
        statement.node("query").ifPresent(query -> inner.query(query));
        walker.tables.addAll(inner.tables);
        walker.functions.addAll(inner.functions);
        walker.mentions.addAll(inner.mentions);
        walker.uses.addAll(inner.uses);
        walker.reached.add(inner.reached);
        walker.settings.addAll(inner.settings);
        walker.foreign |= inner.foreign;
        walker.valueDependent |= inner.valueDependent;
        walker.never = inner.never;
        walker.notServed = inner.notServed;
        if (analyze) {
            walker.effects.addAll(inner.effects);
            walker.restricted = inner.restricted;
            walker.tautology = inner.tautology;
        } else {
            // planning runs functions that call themselves immutable
            walker.effects.add(inner.foreign ? Effect.CALL : Effect.READ);
        }
    }

    private static void copy(Walker walker, Tree statement) {
        boolean from = statement.flag("is_from");
        boolean file = !statement.text("filename").isEmpty() || statement.flag("is_program");
        walker.effects.add(file ? Effect.COPY_FILE : from ? Effect.INSERT : Effect.READ);
        if (file) {
            walker.notServed = "COPY with a file or program of the target";
        }
        statement.node("relation").ifPresent(walker::table);
        walker.visit(statement.fields().get("whereClause"));
        statement.node("query").ifPresent(query -> walker.query(query));
        for (var option : statement.list("options")) {
            var element = option.inside();
            if (element.text("defname").equals("encoding")) {
                walker.settings.add(
                        new Statement.SettingChange(
                                "client_encoding",
                                element.node("arg")
                                        .map(arg -> arg.inside().text("sval"))
                                        .orElse("?")));
            }
        }
    }
}
