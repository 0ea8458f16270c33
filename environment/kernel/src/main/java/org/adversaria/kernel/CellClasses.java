package org.adversaria.kernel;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/**
 * Guards the classes that JShell makes of cells. At the start of every method, before every call
 * and at the end of every loop's body they ask {@link CellGuard} whether the cell was interrupted,
 * so that {@code while (true)} can be stopped; every {@code catch} and {@code finally} tells it
 * what it has caught; and {@code System.exit} is an exception, not the end of the kernel. Classes
 * of libraries stay as they are.
 */
final class CellClasses {

  private static final String GUARD = Type.getInternalName(CellGuard.class);

  private CellClasses() {}

  static byte[] guarded(byte[] content) {
    try {
      return guarded(content, true);
    } catch (MethodTooLargeException e) { // a guard needs three bytes of 65,535
      return guarded(content, false);
    }
  }

  private static byte[] guarded(byte[] content, boolean calls) {
    var type = new ClassNode();
    new ClassReader(content).accept(type, 0);
    for (MethodNode method : type.methods) {
      guardHandlers(method);
      guardInstructions(method, calls);
      boolean hasCode = method.instructions.size() > 0;
      if (calls && hasCode && !method.name.startsWith("<")) { // a library may call it in a loop
        guardEntry(method);
      }
    }
    // The frames stay right: a guard leaves the stack and the variables as they are.
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    type.accept(writer);
    return writer.toByteArray();
  }

  /** The guard is of the first statement's line: an overflow of the stack may happen in it. */
  private static void guardEntry(MethodNode method) {
    var entry = new InsnList();
    for (AbstractInsnNode instruction : method.instructions) {
      if (instruction instanceof LineNumberNode first) {
        var start = new LabelNode();
        entry.add(start);
        entry.add(new LineNumberNode(first.line, start));
        break;
      }
    }
    entry.add(guard("atCall", "()V"));
    method.instructions.insert(entry);
  }

  private static void guardHandlers(MethodNode method) {
    Set<LabelNode> handlers = new HashSet<>();
    for (TryCatchBlockNode block : method.tryCatchBlocks) {
      handlers.add(block.handler);
    }
    for (LabelNode handler : handlers) {
      AbstractInsnNode first = handler;
      while (first.getOpcode() < 0) { // labels, frames, line numbers
        first = first.getNext();
      }
      method.instructions.insertBefore(first, new InsnNode(Opcodes.DUP));
      method.instructions.insertBefore(first, guard("caught", "(Ljava/lang/Throwable;)V"));
    }
  }

  private static void guardInstructions(MethodNode method, boolean calls) {
    Set<LabelNode> passed = new HashSet<>();
    for (AbstractInsnNode instruction : method.instructions.toArray()) {
      if (instruction instanceof LabelNode label) {
        passed.add(label);
      } else if (instruction instanceof JumpInsnNode jump && passed.contains(jump.label)) {
        method.instructions.insertBefore(jump, guard("atLoop", "()V"));
      } else if (instruction instanceof InvokeDynamicInsnNode dynamic) {
        replaceExits(dynamic);
      } else if (instruction instanceof MethodInsnNode call) {
        guardCall(method, call, calls);
      }
    }
  }

  private static void guardCall(MethodNode method, MethodInsnNode call, boolean calls) {
    if (endsJvm(call.owner, call.name, call.desc)) {
      method.instructions.set(call, guard("exit", exitDescriptor(call.owner)));
    } else if (calls && !call.name.equals("<init>") && !call.owner.equals(GUARD)) {
      method.instructions.insertBefore(call, guard("atCall", "()V"));
    }
  }

  /** A method reference such as {@code System::exit} is an argument of its lambda's making. */
  private static void replaceExits(InvokeDynamicInsnNode dynamic) {
    for (int i = 0; i < dynamic.bsmArgs.length; i++) {
      if (dynamic.bsmArgs[i] instanceof Handle handle
          && endsJvm(handle.getOwner(), handle.getName(), handle.getDesc())) {
        String descriptor = exitDescriptor(handle.getOwner());
        dynamic.bsmArgs[i] = new Handle(Opcodes.H_INVOKESTATIC, GUARD, "exit", descriptor, false);
      }
    }
  }

  private static boolean endsJvm(String owner, String name, String descriptor) {
    boolean owners = owner.equals("java/lang/System") || owner.equals("java/lang/Runtime");
    boolean names = name.equals("exit") || name.equals("halt");
    return owners && names && descriptor.equals("(I)V");
  }

  private static String exitDescriptor(String owner) {
    return owner.equals("java/lang/System") ? "(I)V" : "(Ljava/lang/Runtime;I)V";
  }

  private static MethodInsnNode guard(String method, String descriptor) {
    return new MethodInsnNode(Opcodes.INVOKESTATIC, GUARD, method, descriptor, false);
  }
}
