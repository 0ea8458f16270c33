package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.adversaria.data.Shapes;
import org.adversaria.training.Method;
import org.junit.jupiter.api.Test;

class MethodsTest {

  private static final Shapes COLOUR = Shapes.builder().resolution(32).size(10).build();

  @Test
  void everyMethodHasAName() {
    Set<String> named = new HashSet<>();
    new ClassFileImporter()
        .importPackages("org.adversaria.methods").stream()
            .filter(type -> type.isAssignableTo(Method.class))
            .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
            .filter(type -> type.tryGetField("NAME").isPresent())
            .forEach(type -> named.add(nameOf(type.reflect())));
    assertThat(Methods.names()).containsExactlyInAnyOrderElementsOf(named);
  }

  private static String nameOf(Class<?> type) {
    try {
      return (String) type.getField("NAME").get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void methodsOfImagesAreBuiltByNameInAnyPresetThatFits() {
    for (String name : List.of("gan", "WGAN-GP", "adcgan", "stylegan2", "conditional-gan")) {
      MethodBuilder<?> builder = Methods.named(name).builder(COLOUR);
      assertThat(builder.presets()).isNotEmpty();
      Method<?> method = builder.batchSize(4).build();
      assertThat(method.batchSize()).isEqualTo(4);
      assertThat(Methods.names()).contains(method.name());
    }
  }

  @Test
  void whatDoesNotFitIsToldWithTheChoices() {
    assertThatThrownBy(() -> Methods.named("dcgan"))
        .hasMessageContaining("There is no method 'dcgan'")
        .hasMessageContaining("u-net-gan");
    assertThatThrownBy(() -> Methods.named("csgan").builder(COLOUR))
        .hasMessageContaining("csgan learns from ImagePairs, but shapes-32 is Shapes");
    assertThatThrownBy(() -> Gan.builder(COLOUR).preset("mnist").build())
        .hasMessageContaining("the presets that fit are small");
    assertThatThrownBy(() -> ConditionalGan.builder(COLOUR).unconditional())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("train Gan");
  }
}
