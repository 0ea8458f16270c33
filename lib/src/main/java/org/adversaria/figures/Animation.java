package org.adversaria.figures;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.adversaria.torch.Text;

/** A moving picture as a GIF that repeats for ever: the progress of a run, frame by frame. */
public final class Animation {

  /** Shorter delays are slowed down by browsers. */
  private static final Duration SHORTEST = Duration.ofMillis(20);

  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final String FORMAT = "javax_imageio_gif_image_1.0";
  private static final String STREAM_FORMAT = "javax_imageio_gif_stream_1.0";

  private final byte[] gif;
  private final int width;
  private final int height;

  private Animation(byte[] gif, int width, int height) {
    this.gif = gif;
    this.width = width;
    this.height = height;
  }

  /**
   * Encodes frames. All share one palette of up to 256 colours, so that nothing flickers.
   *
   * @param frames the pictures in order, at least one, all of the same size
   * @param perFrame how long each is shown; GIF counts in hundredths of a second
   * @return the animation
   * @throws IllegalArgumentException if there is no frame, if two differ in size, or if the time is
   *     below 20 ms or above ten minutes
   */
  public static Animation of(List<BufferedImage> frames, Duration perFrame) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("An animation needs at least one frame");
    }
    if (perFrame.compareTo(SHORTEST) < 0 || perFrame.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "A frame is shown for 20 ms to ten minutes, not for " + perFrame);
    }
    BufferedImage first = frames.get(0);
    for (int i = 1; i < frames.size(); i++) {
      requireSameSize(first, frames.get(i), i);
    }
    try {
      byte[] gif = encode(frames, Math.round(perFrame.toMillis() / 10f));
      return new Animation(gif, first.getWidth(), first.getHeight());
    } catch (IOException e) {
      throw new UncheckedIOException("The GIF could not be written to memory", e);
    }
  }

  /**
   * Returns the file's content.
   *
   * @return a GIF (89a)
   */
  public byte[] gif() {
    return gif.clone();
  }

  /**
   * Returns an HTML element that shows the animation without any file, for a notebook's output.
   *
   * @return an {@code img} element with the GIF inside
   */
  public String html() {
    return Text.format(
        "<img width=\"%d\" height=\"%d\" alt=\"animation\" src=\"data:image/gif;base64,%s\">",
        width, height, Base64.getEncoder().encodeToString(gif));
  }

  /**
   * Writes the GIF to a file, whole or not at all.
   *
   * @param file the target; missing folders are made, an older file is replaced
   * @throws UncheckedIOException if the file cannot be written
   */
  public void save(Path file) {
    Figures.write(file, gif);
  }

  private static void requireSameSize(BufferedImage first, BufferedImage other, int index) {
    if (first.getWidth() != other.getWidth() || first.getHeight() != other.getHeight()) {
      throw new IllegalArgumentException(
          Text.format(
              "Frame %d is %d x %d pixels, frame 0 is %d x %d; fix the size and the ranges of the charts",
              index, other.getWidth(), other.getHeight(), first.getWidth(), first.getHeight()));
    }
  }

  private static byte[] encode(List<BufferedImage> frames, int hundredths) throws IOException {
    SharedPalette palette = SharedPalette.of(frames);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(streamMetadata(writer, palette));
      for (int i = 0; i < frames.size(); i++) {
        BufferedImage indexed = palette.apply(frames.get(i));
        var type = ImageTypeSpecifier.createFromRenderedImage(indexed);
        IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
        describe(metadata, hundredths, i == 0);
        writer.writeToSequence(new IIOImage(indexed, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Only the global palette: frames that bring no other share it. */
  private static IIOMetadata streamMetadata(ImageWriter writer, SharedPalette palette)
      throws IOException {
    IIOMetadata metadata = writer.getDefaultStreamMetadata(null);
    var root = (IIOMetadataNode) metadata.getAsTree(STREAM_FORMAT);
    int[] colors = palette.colors();
    IIOMetadataNode table = child(root, "GlobalColorTable");
    table.setAttribute("sizeOfGlobalColorTable", Integer.toString(colors.length));
    table.setAttribute("backgroundColorIndex", "0");
    table.setAttribute("sortFlag", "FALSE");
    while (table.getFirstChild() != null) {
      table.removeChild(table.getFirstChild());
    }
    for (int i = 0; i < colors.length; i++) {
      var entry = new IIOMetadataNode("ColorTableEntry");
      entry.setAttribute("index", Integer.toString(i));
      entry.setAttribute("red", Integer.toString(colors[i] >> 16 & 0xFF));
      entry.setAttribute("green", Integer.toString(colors[i] >> 8 & 0xFF));
      entry.setAttribute("blue", Integer.toString(colors[i] & 0xFF));
      table.appendChild(entry);
    }
    metadata.setFromTree(STREAM_FORMAT, root);
    return metadata;
  }

  private static void describe(IIOMetadata metadata, int hundredths, boolean first)
      throws IOException {
    var root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    // The default that ImageIO brings, whatever the frame's own colours are.
    root.removeChild(child(root, "LocalColorTable"));
    child(root, "ImageDescriptor").setAttribute("interlaceFlag", "FALSE");
    IIOMetadataNode control = child(root, "GraphicControlExtension");
    control.setAttribute("delayTime", Integer.toString(hundredths));
    control.setAttribute("disposalMethod", "none");
    if (first) {
      var loop = new IIOMetadataNode("ApplicationExtension");
      loop.setAttribute("applicationID", "NETSCAPE");
      loop.setAttribute("authenticationCode", "2.0");
      // Sub-block 1, then how often to repeat as 16 bits: 0 is for ever.
      loop.setUserObject(new byte[] {1, 0, 0});
      child(root, "ApplicationExtensions").appendChild(loop);
    }
    metadata.setFromTree(FORMAT, root);
  }

  private static IIOMetadataNode child(IIOMetadataNode root, String name) {
    for (int i = 0; i < root.getLength(); i++) {
      if (root.item(i).getNodeName().equals(name)) {
        return (IIOMetadataNode) root.item(i);
      }
    }
    var added = new IIOMetadataNode(name);
    root.appendChild(added);
    return added;
  }
}
