package org.adversaria.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;

/** The cells that were run since this kernel started. */
final class SessionHistory implements HistoryManager {

  private static final int SESSION = 1;

  private final List<HistoryEntry> entries = new ArrayList<>();

  synchronized void add(int number, String code, String output) {
    entries.add(new HistoryEntry(SESSION, number, code, output));
  }

  /** Session 0 is this one, as session 1 is; of others nothing is kept. */
  @Override
  public synchronized List<HistoryEntry> lookupRange(
      int session, int start, int stop, Set<ResultFlag> flags) {
    if (session != 0 && session != SESSION) {
      return List.of();
    }
    return entries.stream()
        .filter(entry -> entry.getCellNumber() >= start)
        .filter(entry -> stop <= 0 || entry.getCellNumber() < stop)
        .map(entry -> told(entry, flags))
        .toList();
  }

  @Override
  public synchronized List<HistoryEntry> lookupTail(int length, Set<ResultFlag> flags) {
    return last(entries, length).stream().map(entry -> told(entry, flags)).toList();
  }

  /** The pattern has {@code *} for any text and {@code ?} for one character. */
  @Override
  public synchronized List<HistoryEntry> search(String pattern, int length, Set<ResultFlag> flags) {
    Pattern wanted = Pattern.compile(regex(pattern), Pattern.DOTALL);
    List<HistoryEntry> found =
        entries.stream().filter(entry -> wanted.matcher(entry.getInput()).matches()).toList();
    if (flags.contains(ResultFlag.UNIQUE)) {
      var latest = new LinkedHashMap<String, HistoryEntry>();
      for (HistoryEntry entry : found) {
        latest.remove(entry.getInput());
        latest.put(entry.getInput(), entry);
      }
      found = List.copyOf(latest.values());
    }
    return last(found, length).stream().map(entry -> told(entry, flags)).toList();
  }

  private static List<HistoryEntry> last(List<HistoryEntry> all, int length) {
    if (length <= 0) {
      return Collections.unmodifiableList(all);
    }
    return all.subList(Math.max(0, all.size() - length), all.size());
  }

  private static HistoryEntry told(HistoryEntry entry, Set<ResultFlag> flags) {
    boolean withOutput = flags.contains(ResultFlag.INCLUDE_OUTPUT);
    return new HistoryEntry(
        entry.getSession(),
        entry.getCellNumber(),
        entry.getInput(),
        withOutput ? entry.getOutput() : null);
  }

  private static String regex(String pattern) {
    var regex = new StringBuilder();
    pattern
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
              }
            });
    return regex.toString();
  }
}
