package org.adversaria.kernel;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Guards the classes that JShell makes of cells. Before every call and at the end of every loop's
 * body they ask {@link CellGuard} whether the cell was interrupted, so that {@code while (true)}
 * can be stopped; and {@code System.exit} is an exception, not the end of the kernel. Classes of
 * libraries stay as they are.
 */
final class CellClasses {

  private static final String GUARD = Type.getInternalName(CellGuard.class);

  private CellClasses() {}

  static byte[] guarded(byte[] content) {
    var reader = new ClassReader(content);
    var writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(new Guards(writer), 0);
    return writer.toByteArray();
  }

  private static final class Guards extends ClassVisitor {

    Guards(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new GuardedCode(super.visitMethod(access, name, descriptor, signature, exceptions));
    }
  }

  private static final class GuardedCode extends MethodVisitor {

    private final Set<Label> passed = new HashSet<>();

    GuardedCode(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitLabel(Label label) {
      passed.add(label);
      super.visitLabel(label);
    }

    @Override
    public void visitJumpInsn(int opcode, Label target) {
      if (passed.contains(target)) {
        guard("atLoop", "()V");
      }
      super.visitJumpInsn(opcode, target);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (endsJvm(owner, name, descriptor)) {
        guard("exit", exitDescriptor(owner));
        return;
      }
      if (!name.equals("<init>")) {
        guard("atCall", "()V");
      }
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    /** A method reference such as {@code System::exit} is an argument here. */
    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      Object[] replaced = arguments.clone();
      for (int i = 0; i < replaced.length; i++) {
        if (replaced[i] instanceof Handle handle
            && endsJvm(handle.getOwner(), handle.getName(), handle.getDesc())) {
          replaced[i] =
              new Handle(
                  Opcodes.H_INVOKESTATIC, GUARD, "exit", exitDescriptor(handle.getOwner()), false);
        }
      }
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, replaced);
    }

    private static String exitDescriptor(String owner) {
      return owner.equals("java/lang/System") ? "(I)V" : "(Ljava/lang/Runtime;I)V";
    }

    private static boolean endsJvm(String owner, String name, String descriptor) {
      boolean owners = owner.equals("java/lang/System") || owner.equals("java/lang/Runtime");
      boolean names = name.equals("exit") || name.equals("halt");
      return owners && names && descriptor.equals("(I)V");
    }

    private void guard(String method, String descriptor) {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, GUARD, method, descriptor, false);
    }
  }
}
