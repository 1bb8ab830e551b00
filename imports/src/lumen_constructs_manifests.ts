import { ApiObject, ApiObjectProps, JsonPatch } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/** The apps that hold manifests of ours, so that a caller learns which call was an app's first. */
const apps = new WeakSet<Construct>();

/** The objects that came this way, as opposed to those that the user of the app made otherwise. */
const ours = new WeakSet<Construct>();

/** One manifest on its way into the construct tree. */
interface Entry {
  readonly id: string;
  readonly body: ApiObjectProps;
  /** Cluster-scoped kinds must not take the namespace of their chart. */
  readonly clusterScoped: boolean;
}

/**
 * The crossing between Python and the construct tree: manifests go in and come out as JSON text, in one call each way.
 */
export class Manifests {
  /**
   * Makes each entry of `entries` an `ApiObject` below `scope`.
   *
   * @param scope the construct that owns the objects
   * @param entries JSON text: a list of `{id, body, clusterScoped}`
   * @returns whether these are the first objects of their app that came this way
   */
  public static add(scope: Construct, entries: string): boolean {
    for (const entry of JSON.parse(entries) as Entry[]) {
      const object = new ApiObject(scope, entry.id, entry.body);
      ours.add(object);
      if (entry.clusterScoped && object.chart.namespace !== undefined) {
        object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
      }
    }
    const app = scope.node.root as Construct;
    const first = !apps.has(app);
    apps.add(app);
    return first;
  }

  /**
   * Puts values into an object that was made before, by JSON patches.
   *
   * @param scope the construct that owns the object
   * @param id the object's id below `scope`
   * @param values JSON text: values by the JSON pointers where they are added
   */
  public static put(scope: Construct, id: string, values: string): void {
    const patches = Object.entries(JSON.parse(values)).map(([path, value]) => JsonPatch.add(path, value));
    Manifests.child(scope, id).addJsonPatch(...patches);
  }

  /**
   * Gives annotations to an object that was made before.
   *
   * @param scope the construct that owns the object
   * @param id the object's id below `scope`
   * @param annotations JSON text: the annotations
   */
  public static annotate(scope: Construct, id: string, annotations: string): void {
    const metadata = Manifests.child(scope, id).metadata;
    Object.entries(JSON.parse(annotations)).forEach(([key, value]) => metadata.addAnnotation(key, value as string));
  }

  /**
   * Renders every object below `scope`, patches and dependencies' names included.
   *
   * @param scope an app, a chart or any construct
   * @returns JSON text: a list of `{path, ours, body}`, in the order of creation
   */
  public static render(scope: IConstruct): string {
    const objects = scope.node.findAll().filter((c) => ApiObject.isApiObject(c)) as ApiObject[];
    return JSON.stringify(
      objects.map((object) => ({ path: object.node.path, ours: ours.has(object), body: Manifests.body(object) })),
    );
  }

  private static child(scope: Construct, id: string): ApiObject {
    return scope.node.findChild(id) as ApiObject;
  }

  private static body(object: ApiObject): unknown {
    try {
      return object.toJson();
    } catch (error) {
      throw new Error(`${object.node.path}: ${(error as Error).message}`);
    }
  }

  private constructor() {}
}
