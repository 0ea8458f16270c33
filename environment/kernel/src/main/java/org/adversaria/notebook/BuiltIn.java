package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.awt.image.RenderedImage;
import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.stream.BaseStream;
import org.adversaria.data.ImageData;
import org.adversaria.figures.Animation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** The renderers that come with the kernel, by type. */
final class BuiltIn {

  private static final TypeTable<Renderer<?>> RENDERERS = new TypeTable<>();
  private static final Renderer<Object> ARRAYS = new ArrayRenderer();

  static {
    RENDERERS.put(Object.class, new TextRenderer<>(Plain::object));
    RENDERERS.put(Throwable.class, new TextRenderer<>(Plain::throwable));
    RENDERERS.put(BaseStream.class, new TextRenderer<BaseStream<?, ?>>(Plain::stream));
    RENDERERS.put(Iterator.class, new TextRenderer<Iterator<?>>(Plain::iterator));
    RENDERERS.put(Spliterator.class, new TextRenderer<Spliterator<?>>(Plain::spliterator));

    RENDERERS.put(Collection.class, new CollectionRenderer());
    RENDERERS.put(Map.class, new MapRenderer());
    RENDERERS.put(Map.Entry.class, new MapRenderer.OfEntry());
    RENDERERS.put(Record.class, new RecordRenderer());
    RENDERERS.put(Optional.class, new OptionalRenderer());
    RENDERERS.put(ArrayRenderer.Nested.class, new ArrayRenderer.OfNested());

    RENDERERS.put(RenderedImage.class, new ImageRenderer());
    RENDERERS.put(Chart.class, new ChartRenderer());
    RENDERERS.put(Animation.class, new AnimationRenderer());
    RENDERERS.put(byte[].class, new BytesRenderer());
    RENDERERS.put(Path.class, new PathRenderer());
    RENDERERS.put(File.class, new FileRenderer());

    RENDERERS.put(Table.class, new TableRenderer());
    RENDERERS.put(Column.class, new ColumnRenderer());
    RENDERERS.put(Rows.class, (Renderer<Rows>) rows -> Renderers.render(rows.table()));
    RENDERERS.put(Means.class, (Renderer<Means>) means -> Renderers.render(means.table()));
    RENDERERS.put(Claims.class, (Renderer<Claims>) Claims::bundle);

    RENDERERS.put(NDArray.class, new NdArrayRenderer());
    RENDERERS.put(NDList.class, new NdListRenderer());
    RENDERERS.put(Block.class, new BlockRenderer());

    RENDERERS.put(ImageData.class, new ImageDataRenderer());
    RENDERERS.put(Method.class, new MethodRenderer());
    RENDERERS.put(RunRecord.class, new RunRecordRenderer());
    RENDERERS.put(Run.class, new RunRenderer());
    RENDERERS.put(SavedRun.class, new SavedRunRenderer());
    RENDERERS.put(EvaluationReport.class, new EvaluationReportRenderer());
  }

  private BuiltIn() {}

  /** The renderer of a value; each stands under the type of the values that it takes. */
  @SuppressWarnings("unchecked")
  static Renderer<Object> of(Object value) {
    Renderer<?> found = RENDERERS.find(value.getClass());
    boolean array = value.getClass().isArray() && !(value instanceof byte[]);
    return array ? ARRAYS : (Renderer<Object>) found;
  }
}
