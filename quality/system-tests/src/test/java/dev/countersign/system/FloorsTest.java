package dev.countersign.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.SessionPermit;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The walls of the house (ARCHITECTURE.md): a module uses only floors below its own.
class FloorsTest {
    private static final Map<String, Integer> FLOORS =
            Map.ofEntries(
                    Map.entry("model", 1),
                    Map.entry("settings", 1),
                    Map.entry("verifier", 1),
                    Map.entry("evidence", 2),
                    Map.entry("policy", 2),
                    Map.entry("masking", 2),
                    Map.entry("sql", 2),
                    Map.entry("identity", 2),
                    Map.entry("secrets", 2),
                    Map.entry("reviews", 2),
                    Map.entry("gate", 3),
                    Map.entry("wire", 4),
                    Map.entry("postgres", 4),
                    Map.entry("bellwebhook", 4),
                    Map.entry("decisionhttp", 4),
                    Map.entry("api", 5),
                    Map.entry("server", 6),
                    Map.entry("demo", 7),
                    Map.entry("cli", 8));

    private static final String HOUSE = "dev.countersign.";

    private static JavaClasses house = new ClassFileImporter().importClasses();

    @BeforeAll
    static void walkThroughTheHouse() {
        house =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.countersign");
    }

    @Test
    void every_room_is_on_the_plan() {
        var rooms =
                house.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(HOUSE))
                        .map(FloorsTest::room)
                        .collect(Collectors.toSet());

        assertThat(rooms).isEqualTo(FLOORS.keySet());
    }

    @Test
    void a_module_uses_only_floors_below_its_own() {
        classes().should(useOnlyLowerFloors()).check(house);
    }

    @Test
    void there_are_no_cycles() {
        slices().matching("dev.countersign.(*)..").should().beFreeOfCycles().check(house);
    }

    @Test
    void only_the_gate_makes_permits() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.countersign.gate")
                .should()
                .callConstructorWhere(
                        new com.tngtech.archunit.base.DescribedPredicate<>("of a permit") {
                            @Override
                            public boolean test(
                                    com.tngtech.archunit.core.domain.JavaConstructorCall call) {
                                var owner = call.getTargetOwner();
                                return owner.isEquivalentTo(ActionPermit.class)
                                        || owner.isEquivalentTo(SessionPermit.class);
                            }
                        })
                .check(house);
        for (var permit : new Class<?>[] {ActionPermit.class, SessionPermit.class}) {
            assertThat(permit.getConstructors()).as("public constructors of a permit").isEmpty();
        }
    }

    @Test
    void the_verifier_needs_nothing_but_the_jdk() {
        classes()
                .that()
                .resideInAPackage("dev.countersign.verifier..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage("java..")
                                .or(resideInAPackage("javax.crypto.."))
                                .or(resideInAPackage("dev.countersign.verifier.."))
                                .or(resideInAPackage("org.jspecify.annotations..")))
                .check(house);
    }

    @Test
    void the_vocabulary_depends_on_nothing() {
        classes()
                .that()
                .resideInAPackage("dev.countersign.model..")
                .should()
                .onlyDependOnClassesThat(
                        resideInAPackage("java..")
                                .or(resideInAPackage("dev.countersign.model.."))
                                .or(resideInAPackage("org.jspecify.annotations..")))
                .check(house);
    }

    @Test
    void nobody_sleeps_and_nobody_logs_by_the_jdk() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(house);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(house);
    }

    @Test
    void names_say_what_things_are() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Impl|Manager|Helper)")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .check(house);
    }

    private static ArchCondition<JavaClass> useOnlyLowerFloors() {
        return new ArchCondition<>("use only lower floors") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                for (var use : user.getDirectDependenciesFromSelf()) {
                    var used = use.getTargetClass();
                    if (!used.getPackageName().startsWith(HOUSE)) {
                        continue;
                    }
                    var from = room(user.getPackageName());
                    var to = room(used.getPackageName());
                    if (!from.equals(to) && floor(to) >= floor(from)) {
                        events.add(SimpleConditionEvent.violated(use, use.getDescription()));
                    }
                }
            }
        };
    }

    private static String room(String packageName) {
        return packageName.substring(HOUSE.length()).split("\\.", 2)[0];
    }

    private static int floor(String room) {
        return FLOORS.getOrDefault(room, 0);
    }
}
